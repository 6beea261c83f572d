// The head of the detail screen: the way back, the slot, and the one sentence that matters.
import QtQuick
import QtQuick.Layouts
import Evidock

RowLayout {
    id: head

    required property SlotDetailModel bay

    signal returned

    spacing: Tokens.s16

    Pressable {
        border.color: activeFocus ? Tokens.accent : Tokens.line
        border.width: activeFocus ? Tokens.firm : Tokens.hair
        face: Tokens.surface
        implicitWidth: inside.implicitWidth + 2 * Tokens.s16
        name: qsTr("返回采集墙")
        objectName: "back"

        onChosen: head.returned()

        Row {
            id: inside

            anchors.centerIn: parent
            spacing: Tokens.s8

            Glyph {
                anchors.verticalCenter: parent.verticalCenter
                name: "arrow-left"
                tone: Tokens.accent
            }

            Words {
                anchors.verticalCenter: parent.verticalCenter
                color: Tokens.accent
                font.weight: Tokens.medium
                text: qsTr("返回采集墙")
            }
        }
    }

    Words {
        font.pixelSize: Tokens.headline
        font.weight: Tokens.bold
        text: qsTr("%1 号采集口").arg(head.bay.number)
    }

    Words {
        Layout.fillWidth: true
        color: Tokens.inks[head.bay.status]
        font.pixelSize: Tokens.label
        font.weight: Tokens.medium
        objectName: "advice"
        text: head.bay.advice
        wrapMode: Text.Wrap
    }
}
