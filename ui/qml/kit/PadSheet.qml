// A keypad over a whole room: what it asks for, what was typed so far, and why.
import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: sheet

    required property PadModel pad

    color: Tokens.canvas
    objectName: "padSheet"
    visible: pad.is_open

    MouseArea {
        anchors.fill: parent
    }

    ColumnLayout {
        anchors.centerIn: parent
        spacing: Tokens.s16
        width: Math.min(Tokens.keypad + Tokens.s32, parent.width - 2 * Tokens.s24)

        Words {
            Layout.fillWidth: true
            font.pixelSize: Tokens.title
            font.weight: Tokens.bold
            objectName: "padHeading"
            text: sheet.pad.heading
            wrapMode: Text.Wrap
        }

        Words {
            Layout.fillWidth: true
            color: Tokens.text2
            text: sheet.pad.note
            visible: text !== ""
            wrapMode: Text.Wrap
        }

        Rectangle {
            Accessible.name: sheet.pad.heading
            Accessible.role: Accessible.EditableText
            Layout.fillWidth: true
            border.color: Tokens.accent
            border.width: Tokens.firm
            color: Tokens.surface
            implicitHeight: Tokens.touch
            radius: Tokens.r6

            Words {
                anchors.fill: parent
                anchors.leftMargin: Tokens.s16
                anchors.rightMargin: Tokens.s16
                elide: Text.ElideLeft
                font.letterSpacing: Tokens.s2
                font.pixelSize: Tokens.title
                objectName: "padTyped"
                text: sheet.pad.shown
                verticalAlignment: Text.AlignVCenter
            }
        }

        Keypad {
            Layout.fillWidth: true
            ready: sheet.pad.ready

            onAccepted: sheet.pad.accept()
            onErased: sheet.pad.erase()
            onTyped: character => sheet.pad.type_in(character)
        }

        ActionButton {
            Layout.fillWidth: true
            icon: "arrow-left"
            objectName: "padBack"
            word: qsTr("取消")

            onChosen: sheet.pad.close()
        }
    }
}
