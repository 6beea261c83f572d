// An entry of the rail or the bottom bar: icon over word.
import QtQuick
import Evidock

Pressable {
    id: button

    required property string glyph
    property bool current: false

    face: current ? Tokens.tint : Tokens.surface
    implicitHeight: Tokens.navh
    implicitWidth: Tokens.navw

    Column {
        anchors.centerIn: parent
        spacing: Tokens.s4
        width: parent.width

        Glyph {
            anchors.horizontalCenter: parent.horizontalCenter
            name: button.glyph
            size: Tokens.icon32
            tone: button.current ? Tokens.accent : Tokens.text2
        }

        Words {
            color: button.current ? Tokens.accent : Tokens.text2
            font.weight: button.current ? Tokens.medium : Tokens.regular
            horizontalAlignment: Text.AlignHCenter
            text: button.name
            width: parent.width
        }
    }
}
