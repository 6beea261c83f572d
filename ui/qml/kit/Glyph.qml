// An icon of the set in any colour of the tokens.
import QtQuick
import Evidock

Image {
    id: glyph

    required property string name
    property color tone: Tokens.text2
    property int size: Tokens.icon28
    property real stroke: Tokens.stroke

    height: size
    source: name === "" ? "" : "image://icon/" + name + "/" + String(tone).slice(1) + "/" + stroke
    sourceSize.height: size
    sourceSize.width: size
    width: size
}
