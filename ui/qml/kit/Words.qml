// A piece of text in the house font; never rich text, since recorders name their files as they like.
import QtQuick
import Evidock

Text {
    color: Tokens.text
    elide: Text.ElideRight
    font.family: Tokens.family
    font.pixelSize: Tokens.body
    textFormat: Text.PlainText
    verticalAlignment: Text.AlignVCenter
}
