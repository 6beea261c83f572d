// An entry of the rail or the bottom bar: icon over word, at its place from either end.
import QtQuick
import Evidock

Pressable {
    id: button

    required property bool upright
    required property real step // from one entry to the next
    required property real along // of the whole bar
    required property string glyph
    property bool current: false
    property int place: 0
    property int fromEnd: 0
    readonly property real at: fromEnd > 0 ? along - fromEnd * step : place * step

    face: current ? Tokens.tint : Tokens.surface
    height: upright ? Tokens.dock - 2 * Tokens.s4 : Tokens.navh
    width: upright ? step - Tokens.s8 : Tokens.navw
    x: upright ? at + Tokens.s4 : (Tokens.rail - width) / 2
    y: upright ? Tokens.s4 : at + (fromEnd > 0 ? 0 : Tokens.s12)

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
            fontSizeMode: Text.HorizontalFit
            horizontalAlignment: Text.AlignHCenter
            minimumPixelSize: Tokens.small
            text: button.name
            width: parent.width
        }
    }
}
