// A line of the board: who or what, more of it, and how it stands.
import QtQuick
import Evidock

Pressable {
    id: row

    required property string lead
    required property string detail
    property int status: 0
    property string icon: ""
    property string word: ""

    border.color: activeFocus ? Tokens.accent : Tokens.line
    border.width: activeFocus ? Tokens.firm : Tokens.hair
    face: Tokens.surface
    implicitHeight: Tokens.rowhigh
    name: lead + " " + detail + " " + word

    Column {
        anchors.left: parent.left
        anchors.leftMargin: Tokens.s16
        anchors.right: pill.left
        anchors.rightMargin: Tokens.s12
        anchors.verticalCenter: parent.verticalCenter

        Words {
            elide: Text.ElideMiddle
            font.weight: Tokens.medium
            text: row.lead
            width: parent.width
        }

        Words {
            color: Tokens.text2
            font.pixelSize: Tokens.caption
            text: row.detail
            visible: text !== ""
            width: parent.width
        }
    }

    Pill {
        id: pill

        anchors.right: parent.right
        anchors.rightMargin: Tokens.s12
        anchors.verticalCenter: parent.verticalCenter
        color: Tokens.softs[row.status]
        icon: row.icon
        room: row.width / 2
        status: row.status
        visible: row.word !== ""
        width: visible ? Math.min(implicitWidth, room) : 0
        word: row.word
    }
}
