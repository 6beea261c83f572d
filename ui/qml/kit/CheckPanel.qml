// The check of ledger and vault: begin it, see how far it is, and what it found, in words.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: panel

    required property CheckModel check

    border.color: Tokens.line
    border.width: Tokens.hair
    color: Tokens.surface
    implicitHeight: column.implicitHeight + 2 * Tokens.s12
    objectName: "checkPanel"
    radius: Tokens.r14

    ColumnLayout {
        id: column

        anchors.left: parent.left
        anchors.margins: Tokens.s12
        anchors.right: parent.right
        anchors.top: parent.top
        spacing: Tokens.s8

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s12

            Glyph {
                name: "shield-check"
                size: Tokens.icon32
                tone: Tokens.inks[panel.check.status]
            }

            ColumnLayout {
                Layout.fillWidth: true
                spacing: Tokens.s2

                Words {
                    Layout.fillWidth: true
                    color: Tokens.inks[panel.check.status]
                    font.pixelSize: Tokens.label
                    font.weight: Tokens.bold
                    objectName: "checkLead"
                    text: panel.check.lead
                    wrapMode: Text.Wrap
                }

                Words {
                    Layout.fillWidth: true
                    color: Tokens.text2
                    objectName: "checkDetail"
                    text: panel.check.detail
                    wrapMode: Text.Wrap
                }
            }

            ActionButton {
                Layout.maximumWidth: panel.width / 4
                filled: true
                objectName: "checkAll"
                visible: !panel.check.running
                word: qsTr("全部核验")

                onChosen: panel.check.begin(true)
            }

            ActionButton {
                Layout.maximumWidth: panel.width / 4
                objectName: "checkLedger"
                visible: !panel.check.running
                word: qsTr("只核台账")

                onChosen: panel.check.begin(false)
            }

            ActionButton {
                Layout.maximumWidth: panel.width / 4
                icon: "x"
                objectName: "checkStop"
                visible: panel.check.running
                word: qsTr("停止")

                onChosen: panel.check.stop()
            }
        }

        Rectangle {
            Layout.fillWidth: true
            color: Tokens.track
            implicitHeight: Tokens.s8
            radius: Tokens.s4
            visible: panel.check.running

            Rectangle {
                color: Tokens.fills[2]
                height: parent.height
                radius: parent.radius
                width: parent.width * panel.check.progress
            }
        }

        Repeater {
            model: panel.check.faults

            Remark {
                required property var modelData
                required property int index

                Layout.fillWidth: true
                icon: "alert-octagon"
                lead: modelData.lead
                mend: modelData.mend
                objectName: "fault" + index
                status: 5
            }
        }
    }
}
