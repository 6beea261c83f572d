// A button with a word and perhaps an icon; filled where it is what most people came for.
import QtQuick
import Evidock

Pressable {
    id: button

    required property string word
    property string icon: ""
    property bool filled: false
    property bool wanted: true
    property int size: Tokens.body

    border.color: activeFocus ? Tokens.text : filled ? Tokens.accent : Tokens.line
    border.width: activeFocus ? Tokens.firm : Tokens.hair
    enabled: wanted
    face: filled ? Tokens.accent : Tokens.surface
    implicitHeight: Math.max(Tokens.touch, label.implicitHeight + Tokens.s16)
    implicitWidth: label.implicitWidth + (icon === "" ? 0 : Tokens.icon28 + Tokens.s8) + 2 * Tokens.s24
    name: word
    opacity: wanted ? Tokens.opaque : Tokens.dimmed

    Glyph {
        id: sign

        anchors.verticalCenter: parent.verticalCenter
        name: button.icon
        tone: label.color
        visible: button.icon !== ""
        x: Math.max(Tokens.s12, (button.width - label.implicitWidth - width - Tokens.s8) / 2)
    }

    Words {
        id: label

        anchors.left: button.icon === "" ? parent.left : sign.right
        anchors.leftMargin: button.icon === "" ? Tokens.s8 : Tokens.s8
        anchors.right: parent.right
        anchors.rightMargin: Tokens.s8
        anchors.verticalCenter: parent.verticalCenter
        color: button.down ? Tokens.accent : button.filled ? Tokens.onaccent : Tokens.accent
        font.pixelSize: button.size
        font.weight: Tokens.medium
        horizontalAlignment: button.icon === "" ? Text.AlignHCenter : Text.AlignLeft
        text: button.word
        wrapMode: Text.Wrap
    }
}
