// A short paragraph with a heading and an icon.
import QtQuick
import Evidock

Rectangle {
    id: advice

    required property string lead
    required property string words
    required property string icon
    required property int status

    border.color: Tokens.line
    border.width: Tokens.hair
    color: Tokens.surface
    implicitHeight: column.implicitHeight + 2 * Tokens.s16
    radius: Tokens.r14

    Glyph {
        id: sign

        name: advice.icon
        size: Tokens.icon32
        tone: Tokens.inks[advice.status]
        x: Tokens.s24
        y: Tokens.s24
    }

    Column {
        id: column

        anchors.left: sign.right
        anchors.leftMargin: Tokens.s24
        anchors.right: parent.right
        anchors.rightMargin: Tokens.s24
        anchors.verticalCenter: parent.verticalCenter
        spacing: Tokens.s4

        Words {
            font.pixelSize: Tokens.label
            font.weight: Tokens.bold
            text: advice.lead
            width: parent.width
        }

        Words {
            color: Tokens.text2
            lineHeight: Tokens.leading
            text: advice.words
            width: parent.width
            wrapMode: Text.Wrap
        }
    }
}
