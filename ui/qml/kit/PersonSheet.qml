// One officer: unit, role, how it stands with the way in, and what an administrator may do about it.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: sheet

    required property PeopleModel people

    border.color: Tokens.line
    border.width: Tokens.hair
    color: Tokens.surface
    objectName: "personSheet"
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
                text: sheet.people.title
                wrapMode: Text.Wrap
            }

            IconKey {
                glyph: "x"
                name: qsTr("关闭")
                objectName: "personClose"

                onChosen: sheet.people.open_person("")
            }
        }

        Repeater {
            model: sheet.people.facts

            FactRow {
                required property var modelData

                Layout.fillWidth: true
                fact: modelData.fact
                label: modelData.label
            }
        }

        Words {
            Layout.fillWidth: true
            color: Tokens.text2
            objectName: "personNote"
            text: sheet.people.note
            visible: text !== ""
            wrapMode: Text.Wrap
        }

        Item {
            Layout.fillHeight: true
        }

        GridLayout {
            Layout.fillWidth: true
            columnSpacing: Tokens.s12
            columns: 2
            rowSpacing: Tokens.s12
            uniformCellWidths: true

            ActionButton {
                Layout.fillWidth: true
                icon: "tool"
                objectName: "personPin"
                word: qsTr("重设 PIN")

                onChosen: sheet.people.reset_pin()
            }

            ActionButton {
                Layout.fillWidth: true
                filled: wanted
                icon: "lock"
                objectName: "personUnlock"
                wanted: sheet.people.locked
                word: qsTr("解除锁定")

                onChosen: sheet.people.unlock()
            }

            ActionButton {
                Layout.fillWidth: true
                icon: "user"
                objectName: "personRole"
                word: qsTr("更改角色")

                onChosen: sheet.people.choose_role()
            }

            ActionButton {
                Layout.fillWidth: true
                icon: sheet.people.active ? "hand-stop" : "check"
                objectName: "personActive"
                word: sheet.people.active ? qsTr("停用") : qsTr("启用")

                onChosen: sheet.people.switch_active()
            }
        }
    }
}
