// One outing and one question: does it belong to this case?
import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: card

    required property int row
    required property string span
    required property string amount
    required property string ask
    required property string why
    required property bool likely
    required property string linked
    required property bool later
    readonly property bool open: linked === "" && !later

    signal yes
    signal other
    signal postponed
    signal undone

    border.color: open ? Tokens.accent : Tokens.line
    border.width: open ? Tokens.firm : Tokens.hair
    color: Tokens.surface
    implicitHeight: column.implicitHeight + 2 * Tokens.s16
    objectName: "question" + row
    radius: Tokens.r14

    ColumnLayout {
        id: column

        anchors.left: parent.left
        anchors.margins: Tokens.s16
        anchors.right: parent.right
        anchors.top: parent.top
        spacing: Tokens.s8

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s12

            Words {
                font.pixelSize: Tokens.label
                font.weight: Tokens.bold
                text: card.span
            }

            Words {
                Layout.fillWidth: true
                color: Tokens.text2
                text: card.amount
                wrapMode: Text.Wrap
            }
        }

        Words {
            Layout.fillWidth: true
            font.pixelSize: Tokens.label
            text: card.ask
            visible: card.open
            wrapMode: Text.Wrap
        }

        Words {
            Layout.fillWidth: true
            color: Tokens.text2
            text: card.why
            visible: card.open && text !== ""
            wrapMode: Text.Wrap
        }

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s8
            visible: card.open

            ActionButton {
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                filled: true
                icon: "check"
                objectName: "yes" + card.row
                visible: card.likely
                word: qsTr("是")

                onChosen: card.yes()
            }

            ActionButton {
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                icon: "folder"
                objectName: "other" + card.row
                word: card.likely ? qsTr("其他案件") : qsTr("选择案件")

                onChosen: card.other()
            }

            ActionButton {
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                icon: "clock"
                objectName: "later" + card.row
                word: qsTr("稍后")

                onChosen: card.postponed()
            }
        }

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s12
            visible: !card.open

            Glyph {
                name: card.linked === "" ? "clock" : "check"
                tone: card.linked === "" ? Tokens.inks[0] : Tokens.inks[3]
            }

            Words {
                Layout.fillWidth: true
                color: card.linked === "" ? Tokens.text2 : Tokens.inks[3]
                font.weight: Tokens.medium
                objectName: "answer" + card.row
                text: card.linked === "" ? qsTr("稍后再归案") : qsTr("已归入 %1").arg(card.linked)
                wrapMode: Text.Wrap
            }

            ActionButton {
                objectName: "undo" + card.row
                word: card.linked === "" ? qsTr("选择案件") : qsTr("撤销")

                onChosen: card.linked === "" ? card.other() : card.undone()
            }
        }
    }
}
