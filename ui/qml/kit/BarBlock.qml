// An icon with two lines on the brand bar.
import QtQuick
import Evidock

Row {
    id: block

    required property string icon
    required property string line
    required property string below
    property bool loud: false

    spacing: Tokens.s8

    Glyph {
        anchors.verticalCenter: parent.verticalCenter
        name: block.icon
        size: Tokens.icon28
        tone: block.loud ? Tokens.alarm : Tokens.onbrand
    }

    Column {
        anchors.verticalCenter: parent.verticalCenter

        Words {
            color: block.loud ? Tokens.alarm : Tokens.onbrand
            font.weight: Tokens.medium
            text: block.line
        }

        Words {
            color: Tokens.onbrand2
            font.pixelSize: Tokens.caption
            text: block.below
            visible: text !== ""
        }
    }
}
