// What a list of people would change, line by line, before anything is changed.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: sheet

    required property RosterModel lists

    border.color: Tokens.line
    border.width: Tokens.hair
    color: Tokens.surface
    objectName: "rosterSheet"
    radius: Tokens.r14

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Tokens.s16
        spacing: Tokens.s12

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s12

            Words {
                Layout.fillWidth: true
                font.pixelSize: Tokens.title
                font.weight: Tokens.bold
                text: sheet.lists.title
                wrapMode: Text.WrapAnywhere
            }

            IconKey {
                glyph: "x"
                name: qsTr("关闭")
                objectName: "rosterClose"

                onChosen: sheet.lists.close()
            }
        }

        Words {
            Layout.fillWidth: true
            font.weight: Tokens.medium
            objectName: "rosterSums"
            text: sheet.lists.sums
            wrapMode: Text.Wrap
        }

        ListView {
            Layout.fillHeight: true
            Layout.fillWidth: true
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            model: sheet.lists.rows
            objectName: "rosterRows"
            spacing: Tokens.s8

            delegate: RosterLine {
                required property int index

                objectName: "rosterRow" + index
                width: ListView.view.width
            }
        }

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s12
            visible: !sheet.lists.applied

            ActionButton {
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                icon: sheet.lists.complete ? "check" : ""
                objectName: "rosterComplete"
                wanted: sheet.lists.idle
                word: qsTr("停用名单上没有的人")

                onChosen: sheet.lists.switch_complete()
            }

            ActionButton {
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                filled: true
                objectName: "rosterApply"
                wanted: sheet.lists.applicable && sheet.lists.idle
                word: qsTr("导入")

                onChosen: sheet.lists.apply()
            }
        }
    }
}
