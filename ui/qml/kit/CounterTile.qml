// How many slots wear one status.
import QtQuick
import Evidock

Rectangle {
    id: tile

    required property int status
    required property int count
    required property string word
    required property string icon
    required property bool loud
    property bool low: false

    Accessible.name: word + " " + count
    Accessible.role: Accessible.StaticText
    border.color: loud ? Tokens.fills[status] : Tokens.line
    border.width: loud ? Tokens.firm : Tokens.hair
    color: loud ? Tokens.softs[status] : Tokens.surface
    radius: Tokens.r14

    Row {
        anchors.left: parent.left
        anchors.leftMargin: tile.low ? Tokens.s12 : Tokens.s16
        anchors.verticalCenter: parent.verticalCenter
        spacing: tile.low ? Tokens.s8 : Tokens.s12

        Words {
            id: figures

            anchors.verticalCenter: parent.verticalCenter
            font.pixelSize: tile.low ? Tokens.number : Tokens.display
            font.weight: Tokens.bold
            text: tile.count
        }

        Column {
            anchors.verticalCenter: parent.verticalCenter

            Glyph {
                name: tile.icon
                size: Tokens.icon22
                stroke: Tokens.stout
                tone: Tokens.inks[tile.status]
            }

            Words {
                color: Tokens.inks[tile.status]
                font.weight: Tokens.medium
                text: tile.word
                width: Math.min(implicitWidth, tile.width - figures.width - Tokens.s32)
            }
        }
    }
}
