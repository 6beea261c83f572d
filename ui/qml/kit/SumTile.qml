// How many files ended one way.
import QtQuick
import Evidock

Rectangle {
    id: tile

    required property int count
    required property int status
    required property string word

    border.color: Tokens.line
    border.width: Tokens.hair
    color: Tokens.surface
    implicitHeight: Tokens.rowhigh
    radius: Tokens.r14

    Column {
        anchors.left: parent.left
        anchors.leftMargin: Tokens.s16
        anchors.right: parent.right
        anchors.rightMargin: Tokens.s8
        anchors.verticalCenter: parent.verticalCenter

        Words {
            color: tile.count > 0 ? Tokens.inks[tile.status] : Tokens.text3
            font.pixelSize: Tokens.title
            font.weight: Tokens.bold
            text: tile.count
        }

        Words {
            color: Tokens.text2
            font.pixelSize: Tokens.caption
            text: tile.word
            width: parent.width
        }
    }
}
