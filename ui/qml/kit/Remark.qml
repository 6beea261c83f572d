// One thing a person should know, in one sentence, and what to do.
import QtQuick
import Evidock

Rectangle {
    id: remark

    required property string lead
    required property string mend
    required property string icon
    required property int status

    Accessible.name: lead
    Accessible.role: Accessible.StaticText
    color: Tokens.softs[status]
    implicitHeight: column.implicitHeight + 2 * Tokens.s12
    radius: Tokens.r6

    Glyph {
        id: sign

        name: remark.icon
        tone: Tokens.inks[remark.status]
        x: Tokens.s12
        y: Tokens.s12
    }

    Column {
        id: column

        anchors.left: sign.right
        anchors.leftMargin: Tokens.s12
        anchors.right: parent.right
        anchors.rightMargin: Tokens.s12
        anchors.verticalCenter: parent.verticalCenter
        spacing: Tokens.s2

        Words {
            color: Tokens.inks[remark.status]
            font.weight: Tokens.bold
            text: remark.lead
            width: parent.width
            wrapMode: Text.Wrap
        }

        Words {
            text: remark.mend
            visible: text !== ""
            width: parent.width
            wrapMode: Text.Wrap
        }
    }
}
