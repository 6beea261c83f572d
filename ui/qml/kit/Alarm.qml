// The whole intake stands still: what is the matter, why, and what to do.
import QtQuick
import Evidock

Rectangle {
    id: alarm

    required property string title
    required property string reason
    required property string mend
    property int status: 5
    property string icon: "alert-octagon"

    Accessible.name: title
    Accessible.role: Accessible.AlertMessage
    border.color: Tokens.fills[status]
    border.width: Tokens.firm
    color: Tokens.softs[status]
    implicitHeight: words.implicitHeight + 2 * Tokens.s16
    radius: Tokens.r14

    Glyph {
        id: sign

        anchors.verticalCenter: parent.verticalCenter
        name: alarm.icon
        size: Tokens.icon44
        tone: Tokens.inks[alarm.status]
        x: Tokens.s16
    }

    Column {
        id: words

        anchors.left: sign.right
        anchors.leftMargin: Tokens.s16
        anchors.right: parent.right
        anchors.rightMargin: Tokens.s16
        anchors.verticalCenter: parent.verticalCenter
        spacing: Tokens.s4

        Words {
            color: Tokens.inks[alarm.status]
            font.pixelSize: Tokens.label
            font.weight: Tokens.bold
            text: alarm.title
            width: parent.width
            wrapMode: Text.Wrap
        }

        Words {
            color: Tokens.text
            text: alarm.reason
            visible: text !== ""
            width: parent.width
            wrapMode: Text.Wrap
        }

        Words {
            color: Tokens.text
            font.weight: Tokens.medium
            text: alarm.mend
            visible: text !== ""
            width: parent.width
            wrapMode: Text.Wrap
        }
    }
}
