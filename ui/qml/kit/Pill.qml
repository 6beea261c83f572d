// A status as icon and word on a tint.
import QtQuick
import Evidock

Rectangle {
    id: pill

    required property int status
    required property string icon
    required property string word
    property int size: Tokens.caption
    property real room: Tokens.sheet

    implicitHeight: Tokens.pill
    implicitWidth: inside.implicitWidth + Tokens.s8 + Tokens.s12
    radius: height / 2
    width: Math.min(implicitWidth, room)

    Row {
        id: inside

        anchors.verticalCenter: parent.verticalCenter
        spacing: Tokens.s4
        x: Tokens.s8

        Glyph {
            anchors.verticalCenter: parent.verticalCenter
            name: pill.icon
            size: Tokens.icon18
            stroke: Tokens.stout
            tone: Tokens.inks[pill.status]
        }

        Words {
            anchors.verticalCenter: parent.verticalCenter
            color: Tokens.inks[pill.status]
            font.pixelSize: pill.size
            font.weight: Tokens.medium
            text: pill.word
            width: Math.min(implicitWidth, pill.room - Tokens.icon18 - Tokens.s24)
        }
    }
}
