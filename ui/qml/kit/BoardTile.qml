// One number of the day; pressing it leads to the clips that it counts.
import QtQuick
import Evidock

Pressable {
    id: tile

    required property string count
    required property string word
    required property int status
    property bool leads: false

    border.color: activeFocus ? Tokens.accent : Tokens.line
    border.width: activeFocus ? Tokens.firm : Tokens.hair
    enabled: leads
    face: Tokens.surface
    implicitHeight: Tokens.tile
    name: word + " " + count

    Column {
        anchors.left: parent.left
        anchors.margins: Tokens.s12
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter

        Words {
            color: Tokens.inks[tile.status]
            font.pixelSize: Tokens.headline
            font.weight: Tokens.bold
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Tokens.body
            text: tile.count
            width: parent.width
        }

        Words {
            color: Tokens.text2
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Tokens.small
            text: tile.leads ? tile.word + " ›" : tile.word
            width: parent.width
        }
    }
}
