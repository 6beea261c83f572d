// A room as a tile: its sign, its name, and what one does there.
import QtQuick
import Evidock

Pressable {
    id: tile

    required property string glyph
    required property string purpose

    border.color: activeFocus ? Tokens.accent : Tokens.line
    border.width: activeFocus ? Tokens.firm : Tokens.hair
    face: Tokens.surface
    implicitHeight: Math.max(Tokens.roomtile, words.implicitHeight + 2 * Tokens.s16)

    Glyph {
        id: sign

        anchors.verticalCenter: parent.verticalCenter
        name: tile.glyph
        size: Tokens.icon44
        tone: Tokens.accent
        x: Tokens.s24
    }

    Column {
        id: words

        anchors.left: sign.right
        anchors.leftMargin: Tokens.s24
        anchors.right: parent.right
        anchors.rightMargin: Tokens.s16
        anchors.verticalCenter: parent.verticalCenter
        spacing: Tokens.s4

        Words {
            font.pixelSize: Tokens.title
            font.weight: Tokens.medium
            text: tile.name
            width: parent.width
            wrapMode: Text.Wrap
        }

        Words {
            color: Tokens.text2
            text: tile.purpose
            width: parent.width
            wrapMode: Text.Wrap
        }
    }
}
