// Who the recorder belongs to, how it is, and how far its collection has come.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: panel

    required property SlotDetailModel bay

    border.color: Tokens.line
    border.width: Tokens.hair
    color: Tokens.surface
    implicitHeight: column.implicitHeight + 2 * Tokens.s24
    radius: Tokens.r14

    ColumnLayout {
        id: column

        anchors.left: parent.left
        anchors.margins: Tokens.s24
        anchors.right: parent.right
        anchors.top: parent.top
        spacing: Tokens.s4

        RowLayout {
            Layout.bottomMargin: Tokens.s12
            Layout.fillWidth: true
            spacing: Tokens.s16

            StatusMark {
                figure: panel.bay.figure
                implicitHeight: Tokens.ring
                implicitWidth: Tokens.ring
                percent: panel.bay.percent
                progress: panel.bay.progress
                sign: panel.bay.sign
                status: panel.bay.status
            }

            ColumnLayout {
                Layout.fillWidth: true
                spacing: Tokens.s4

                Words {
                    Layout.fillWidth: true
                    font.pixelSize: Tokens.title
                    font.weight: Tokens.bold
                    objectName: "officer"
                    text: panel.bay.officer
                }

                Pill {
                    color: Tokens.softs[panel.bay.status]
                    icon: panel.bay.icon
                    status: panel.bay.status
                    word: panel.bay.word
                }

                Words {
                    Layout.fillWidth: true
                    color: Tokens.text2
                    font.pixelSize: Tokens.caption
                    text: panel.bay.amount
                    visible: text !== ""
                }

                Words {
                    Layout.fillWidth: true
                    color: Tokens.text2
                    font.pixelSize: Tokens.caption
                    text: panel.bay.pace
                    visible: text !== ""
                }
            }
        }

        GridLayout {
            Layout.fillWidth: true
            columnSpacing: Tokens.s32
            columns: panel.width > Tokens.sheet ? 2 : 1
            rowSpacing: Tokens.s4

            Repeater {
                model: [
                    [qsTr("执法证号"), panel.bay.badge, false],
                    [qsTr("单位"), panel.bay.unit, false],
                    [qsTr("记录仪"), panel.bay.serial, false],
                    [qsTr("型号"), panel.bay.model, false],
                    [qsTr("记录仪时钟"), panel.bay.offset, panel.bay.skewed],
                    [qsTr("电量"), panel.bay.battery, false],
                    [qsTr("接入时间"), panel.bay.started, false],
                    [qsTr("结束时间"), panel.bay.ended, false]
                ]

                FactRow {
                    required property var modelData

                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    fact: modelData[1]
                    label: modelData[0]
                    loud: modelData[2]
                }
            }
        }
    }
}
