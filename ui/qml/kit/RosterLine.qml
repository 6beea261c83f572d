// One difference between the directory and a list, or one line that can not be taken.
import QtQuick
import Evidock

Rectangle {
    id: line

    required property var modelData

    border.color: Tokens.line
    border.width: Tokens.hair
    color: Tokens.surface
    implicitHeight: Math.max(words.implicitHeight, pill.height) + 2 * Tokens.s12
    radius: Tokens.r6

    Column {
        id: words

        anchors.left: parent.left
        anchors.leftMargin: Tokens.s12
        anchors.right: pill.left
        anchors.rightMargin: Tokens.s8
        anchors.verticalCenter: parent.verticalCenter

        Words {
            font.weight: Tokens.medium
            text: line.modelData.lead
            width: parent.width
            wrapMode: Text.Wrap
        }

        Words {
            color: Tokens.text2
            font.pixelSize: Tokens.caption
            text: line.modelData.detail
            visible: text !== ""
            width: parent.width
            wrapMode: Text.Wrap
        }
    }

    Pill {
        id: pill

        anchors.right: parent.right
        anchors.rightMargin: Tokens.s8
        anchors.verticalCenter: parent.verticalCenter
        color: Tokens.softs[line.modelData.status]
        icon: line.modelData.icon
        room: line.width / 2
        status: line.modelData.status
        width: Math.min(implicitWidth, room)
        word: line.modelData.word
    }
}
