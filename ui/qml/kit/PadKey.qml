// One key of the keypad. Not called Key: PySide would take the item for Qt's enumeration of that name.
import QtQuick
import QtQuick.Layouts
import Evidock

Pressable {
    id: key

    property string word: ""
    property string icon: ""
    property bool quiet: false
    property bool filled: false
    property int size: filled ? Tokens.label : Tokens.headline

    Layout.fillWidth: true
    Layout.preferredWidth: 1
    border.color: activeFocus ? Tokens.accent : Tokens.line
    border.width: activeFocus ? Tokens.firm : Tokens.hair
    face: filled ? Tokens.accent : quiet ? Tokens.sunken : Tokens.surface
    implicitHeight: Tokens.key
    objectName: "key" + word

    Glyph {
        anchors.centerIn: parent
        name: key.icon
        tone: Tokens.text
        visible: key.icon !== ""
    }

    Words {
        anchors.fill: parent
        anchors.margins: Tokens.s4
        color: key.down ? Tokens.text : key.filled ? Tokens.onaccent : Tokens.text
        font.pixelSize: key.size
        font.weight: Tokens.medium
        fontSizeMode: Text.Fit
        horizontalAlignment: Text.AlignHCenter
        text: key.word
        visible: text !== ""
    }
}
