// The clips of a case: doubts to be settled first, then every clip; what is picked can be taken away.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

ColumnLayout {
    id: part

    required property CasePageModel page

    spacing: Tokens.s8

    Repeater {
        model: part.page.doubts

        CaseDoubt {
            required property var modelData
            required property int index

            Layout.fillWidth: true
            allowed: part.page.links
            number: index
            word: modelData.word

            onConfirmed: part.page.confirm(modelData.clip)
            onRefused: part.page.refuse(modelData.clip)
        }
    }

    ListView {
        id: list

        Layout.fillHeight: true
        Layout.fillWidth: true
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        model: part.page.rows
        objectName: "caseClips"
        spacing: Tokens.s8

        delegate: ClipLine {
            width: list.width

            onChosen: part.page.look_into_row(index)
            onToggled: part.page.toggle(index)
        }

        Words {
            anchors.centerIn: parent
            color: Tokens.text2
            font.pixelSize: Tokens.label
            horizontalAlignment: Text.AlignHCenter
            objectName: "caseBare"
            text: qsTr("还没有录像归入本案")
            visible: part.page.bare
            width: parent.width
            wrapMode: Text.Wrap
        }
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: Tokens.s12
        visible: part.page.picked !== "" || part.page.note !== ""

        Words {
            Layout.fillWidth: true
            color: Tokens.text2
            objectName: "caseNote"
            text: part.page.picked !== "" ? qsTr("已选 %1").arg(part.page.picked) : part.page.note
            wrapMode: Text.Wrap
        }

        ActionButton {
            icon: "x"
            objectName: "caseRemove"
            visible: part.page.picked !== "" && part.page.links
            word: qsTr("移出案件")

            onChosen: part.page.remove()
        }

        ActionButton {
            objectName: "casePickNone"
            visible: part.page.picked !== ""
            word: qsTr("取消选择")

            onChosen: part.page.pick_none()
        }
    }
}
