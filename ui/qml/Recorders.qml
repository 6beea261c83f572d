// The recorders' room: who has which, and of one of them every docking, clock and holder.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

Item {
    id: screen

    required property Kiosk kiosk
    readonly property RecordersModel recorders: kiosk.behind.fleet
    readonly property bool upright: height > width

    objectName: "recorders"

    ColumnLayout {
        anchors.bottomMargin: Tokens.s8
        anchors.fill: parent
        anchors.leftMargin: Tokens.s24
        anchors.rightMargin: Tokens.s24
        anchors.topMargin: Tokens.s16
        spacing: Tokens.s12

        ActionButton {
            icon: "search"
            objectName: "recorderFind"
            word: qsTr("查找")

            onChosen: screen.recorders.find()
        }

        Alarm {
            Layout.fillWidth: true
            mend: screen.recorders.mend
            objectName: "recorderTrouble"
            reason: ""
            status: 4
            title: screen.recorders.trouble
            visible: title !== ""
        }

        RowLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            spacing: Tokens.s24

            ListView {
                id: list

                Layout.fillHeight: true
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                boundsBehavior: Flickable.StopAtBounds
                clip: true
                model: screen.recorders.rows
                objectName: "recorderList"
                spacing: Tokens.s8
                visible: !screen.upright || !screen.recorders.opened

                delegate: BoardRow {
                    required property var modelData
                    required property int index

                    detail: modelData.detail
                    icon: modelData.icon
                    lead: modelData.lead
                    objectName: "recorder" + index
                    status: modelData.status
                    width: ListView.view.width
                    word: modelData.word

                    onChosen: screen.recorders.open_recorder(modelData.serial)
                }

                Words {
                    anchors.centerIn: parent
                    color: Tokens.text2
                    text: qsTr("还没有记录仪")
                    visible: list.count === 0
                }
            }

            RecorderSheet {
                Layout.fillHeight: true
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                recorders: screen.recorders
                visible: screen.recorders.opened
            }
        }
    }

    PickSheet {
        anchors.fill: parent
        pick: screen.recorders.picker
    }
}
