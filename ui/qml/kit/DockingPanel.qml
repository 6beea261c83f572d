// What the officer brought home: which slot, how much, is the clock right, is anything missing.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: panel

    required property VisitModel guest

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
        spacing: Tokens.s12

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s16

            StatusMark {
                figure: panel.guest.figure
                implicitHeight: Tokens.ring
                implicitWidth: Tokens.ring
                percent: panel.guest.percent
                progress: panel.guest.progress
                sign: panel.guest.sign
                status: panel.guest.status
            }

            ColumnLayout {
                Layout.fillWidth: true
                spacing: Tokens.s4

                Words {
                    Layout.fillWidth: true
                    font.pixelSize: Tokens.headline
                    font.weight: Tokens.bold
                    objectName: "ownSlot"
                    text: qsTr("%1 号采集口").arg(panel.guest.slot)
                    wrapMode: Text.Wrap
                }

                Words {
                    Layout.fillWidth: true
                    color: Tokens.inks[panel.guest.status]
                    font.weight: Tokens.medium
                    objectName: "shiftLead"
                    text: panel.guest.lead
                    wrapMode: Text.Wrap
                }
            }
        }

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s8

            Repeater {
                model: [panel.guest.clips, panel.guest.minutes, panel.guest.size]

                Rectangle {
                    id: sum

                    required property string modelData

                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    color: Tokens.sunken
                    implicitHeight: Tokens.touch
                    radius: Tokens.r6

                    Words {
                        anchors.fill: parent
                        anchors.margins: Tokens.s4
                        font.pixelSize: Tokens.title
                        font.weight: Tokens.bold
                        fontSizeMode: Text.Fit
                        horizontalAlignment: Text.AlignHCenter
                        text: sum.modelData
                    }
                }
            }
        }

        Repeater {
            model: [[qsTr("记录仪"), panel.guest.recorder, false], [qsTr("记录仪时钟"), panel.guest.offset, panel.guest.skewed], [qsTr("是否缺失"), panel.guest.gaps, panel.guest.broken], [qsTr("交接"), panel.guest.handedwhen, false]]

            FactRow {
                required property var modelData

                Layout.fillWidth: true
                fact: modelData[1]
                label: modelData[0]
                loud: modelData[2]
            }
        }

        Repeater {
            model: panel.guest.remarks

            Remark {
                required property var modelData

                Layout.fillWidth: true
                icon: modelData.icon
                lead: modelData.lead
                mend: modelData.mend
                status: modelData.status
            }
        }
    }
}
