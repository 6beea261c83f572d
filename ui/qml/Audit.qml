// The auditor's room: every custody entry, the newest first, one of them in full, and the check.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

Item {
    id: screen

    required property Kiosk kiosk
    readonly property AuditModel audit: kiosk.behind.auditor
    readonly property bool upright: height > width

    objectName: "audit"

    ColumnLayout {
        anchors.bottomMargin: Tokens.s8
        anchors.fill: parent
        anchors.leftMargin: Tokens.s24
        anchors.rightMargin: Tokens.s24
        anchors.topMargin: Tokens.s16
        spacing: Tokens.s12

        CheckPanel {
            Layout.fillWidth: true
            check: screen.audit.checking
        }

        Alarm {
            Layout.fillWidth: true
            mend: screen.audit.mend
            objectName: "auditTrouble"
            reason: ""
            status: 4
            title: screen.audit.trouble
            visible: title !== ""
        }

        Flow {
            Layout.fillWidth: true
            spacing: Tokens.s8

            Repeater {
                model: screen.audit.chips

                FilterChip {
                    required property var modelData

                    glyph: modelData.glyph
                    held: modelData.held
                    objectName: "auditFilter_" + modelData.name
                    word: modelData.word

                    onChosen: screen.audit.filter_by(modelData.name)
                }
            }

            ActionButton {
                icon: "arrow-bar-to-down"
                objectName: "auditExport"
                word: qsTr("导出这些记录")

                onChosen: screen.audit.export()
            }
        }

        Words {
            Layout.fillWidth: true
            objectName: "auditNote"
            text: screen.audit.note
            visible: text !== ""
            wrapMode: Text.WrapAnywhere
        }

        RowLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            spacing: Tokens.s24

            ColumnLayout {
                Layout.fillHeight: true
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                spacing: Tokens.s8
                visible: !screen.upright || !screen.audit.opened

                ListView {
                    id: list

                    Layout.fillHeight: true
                    Layout.fillWidth: true
                    boundsBehavior: Flickable.StopAtBounds
                    clip: true
                    model: screen.audit.rows
                    objectName: "entries"
                    spacing: Tokens.s8

                    delegate: BoardRow {
                        required property var modelData
                        required property int index

                        detail: modelData.detail
                        lead: modelData.lead
                        objectName: "entry" + index
                        width: ListView.view.width

                        onChosen: screen.audit.open_entry(modelData.seq)
                    }

                    Words {
                        anchors.centerIn: parent
                        color: Tokens.text2
                        objectName: "noEntry"
                        text: qsTr("没有符合条件的记录")
                        visible: list.count === 0
                    }
                }

                RowLayout {
                    Layout.fillWidth: true
                    spacing: Tokens.s12

                    ActionButton {
                        objectName: "auditNewer"
                        word: screen.audit.place > 1 ? qsTr("较新") : qsTr("刷新")

                        onChosen: screen.audit.newer()
                    }

                    Words {
                        Layout.fillWidth: true
                        color: Tokens.text2
                        horizontalAlignment: Text.AlignHCenter
                        text: qsTr("第 %1 页").arg(screen.audit.place)
                    }

                    ActionButton {
                        objectName: "auditOlder"
                        wanted: screen.audit.older_there
                        word: qsTr("较早")

                        onChosen: screen.audit.older()
                    }
                }
            }

            EntrySheet {
                Layout.fillHeight: true
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                audit: screen.audit
                visible: screen.audit.opened
            }
        }
    }

    PickSheet {
        anchors.fill: parent
        pick: screen.audit.picker
    }
}
