// Retention rules: each with its span, what a change would do to the clips, and adopting it.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

Item {
    id: screen

    required property Kiosk kiosk
    readonly property PoliciesModel policies: kiosk.behind.retention
    readonly property bool upright: height > width

    objectName: "policies"

    ColumnLayout {
        anchors.bottomMargin: Tokens.s8
        anchors.fill: parent
        anchors.leftMargin: Tokens.s24
        anchors.rightMargin: Tokens.s24
        anchors.topMargin: Tokens.s16
        spacing: Tokens.s12

        Alarm {
            Layout.fillWidth: true
            mend: screen.policies.mend
            objectName: "policyTrouble"
            reason: ""
            status: 4
            title: screen.policies.trouble
            visible: title !== ""
        }

        GridLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            columnSpacing: Tokens.s24
            columns: screen.upright ? 1 : 2
            rowSpacing: Tokens.s16
            uniformCellWidths: true

            BoardList {
                Layout.fillHeight: true
                Layout.fillWidth: true
                heading: qsTr("保存期限规则")
                model: screen.policies.rows
                note: qsTr("几条规则同时适用时，以最晚的日期为准。")
                objectName: "rules"

                row: Component {
                    BoardRow {
                        required property var modelData
                        required property int index

                        detail: modelData.detail
                        icon: modelData.icon
                        lead: modelData.lead
                        objectName: "rule" + index
                        status: modelData.status
                        width: ListView.view.width
                        word: modelData.word

                        onChosen: screen.policies.open_rule(modelData.key)
                    }
                }
            }

            ColumnLayout {
                Layout.fillHeight: !screen.upright
                Layout.fillWidth: true
                spacing: Tokens.s12

                Words {
                    Layout.fillWidth: true
                    font.pixelSize: Tokens.label
                    font.weight: Tokens.bold
                    text: qsTr("试算")
                }

                Words {
                    Layout.fillWidth: true
                    objectName: "policyOutcome"
                    text: screen.policies.outcome
                    wrapMode: Text.Wrap
                }

                Remark {
                    Layout.fillWidth: true
                    icon: "hand-stop"
                    lead: qsTr("有规则变短，须两人确认")
                    mend: qsTr("生效时由另一名管理员或中队长输入证号和 PIN。")
                    objectName: "policySecond"
                    status: 4
                    visible: screen.policies.second
                }

                Words {
                    Layout.fillWidth: true
                    color: Tokens.inks[3]
                    objectName: "policyNote"
                    text: screen.policies.note
                    visible: text !== ""
                    wrapMode: Text.Wrap
                }

                ListView {
                    Layout.fillHeight: !screen.upright
                    Layout.fillWidth: true
                    Layout.preferredHeight: screen.upright ? Math.min(contentHeight, screen.height / 4) : 0
                    boundsBehavior: Flickable.StopAtBounds
                    clip: true
                    model: screen.policies.shortened
                    objectName: "policyClips"
                    spacing: Tokens.s8

                    delegate: FactRow {
                        required property var modelData

                        fact: modelData.detail
                        label: modelData.lead
                        width: ListView.view.width
                    }
                }

                RowLayout {
                    Layout.fillWidth: true
                    spacing: Tokens.s12

                    ActionButton {
                        Layout.fillWidth: true
                        Layout.preferredWidth: 1
                        objectName: "policyUndo"
                        wanted: screen.policies.dirty
                        word: qsTr("放弃修改")

                        onChosen: screen.policies.undo()
                    }

                    ActionButton {
                        Layout.fillWidth: true
                        Layout.preferredWidth: 1
                        filled: true
                        objectName: "policyAdopt"
                        wanted: screen.policies.dirty && screen.policies.tried
                        word: qsTr("生效")

                        onChosen: screen.policies.adopt()
                    }
                }
            }
        }
    }

    PickSheet {
        anchors.fill: parent
        pick: screen.policies.picker
    }

    PadSheet {
        anchors.fill: parent
        pad: screen.policies.keys
    }
}
