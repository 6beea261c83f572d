// A key with an icon and, where there is room, a word.
import QtQuick
import Evidock

Pressable {
    id: key

    required property string glyph
    property string word: ""
    property bool dim: false
    property bool main: false

    border.color: activeFocus ? Tokens.accent : Tokens.line
    border.width: activeFocus ? Tokens.firm : Tokens.hair
    enabled: !dim
    face: main ? Tokens.accent : Tokens.surface
    implicitWidth: Math.max(Tokens.touch, row.implicitWidth + 2 * Tokens.s16)
    opacity: dim ? Tokens.faint : 1

    Row {
        id: row

        anchors.centerIn: parent
        spacing: Tokens.s8

        Glyph {
            anchors.verticalCenter: parent.verticalCenter
            name: key.glyph
            tone: key.main ? Tokens.surface : Tokens.text
            visible: key.glyph !== ""
        }

        Words {
            anchors.verticalCenter: parent.verticalCenter
            color: key.main ? Tokens.surface : Tokens.text
            font.weight: Tokens.medium
            text: key.word
            visible: text !== ""
        }
    }
}
