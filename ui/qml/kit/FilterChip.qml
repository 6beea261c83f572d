// One filter: its name, or what is chosen of it.
import QtQuick
import Evidock

Pressable {
    id: chip

    required property string glyph
    required property string word
    property bool held: false

    border.color: activeFocus || held ? Tokens.accent : Tokens.line
    border.width: activeFocus ? Tokens.firm : Tokens.hair
    face: held ? Tokens.tint : Tokens.surface
    implicitWidth: Math.min(Tokens.chipmost, label.implicitWidth + Tokens.icon22 + Tokens.s8 + 2 * Tokens.s16)
    name: word

    Glyph {
        id: sign

        anchors.verticalCenter: parent.verticalCenter
        name: chip.glyph
        size: Tokens.icon22
        tone: label.color
        x: Tokens.s16
    }

    Words {
        id: label

        anchors.left: sign.right
        anchors.leftMargin: Tokens.s8
        anchors.verticalCenter: parent.verticalCenter
        color: chip.held ? Tokens.accent : Tokens.text
        elide: Text.ElideMiddle
        font.weight: chip.held ? Tokens.medium : Tokens.regular
        text: chip.word
        width: Math.min(implicitWidth, chip.width - sign.x - sign.width - Tokens.s8 - Tokens.s12)
    }
}
