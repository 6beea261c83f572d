// A line that is only read: what it is about, its pill below or beside it, and more of it.
import QtQuick
import Evidock

Rectangle {
    id: row

    required property string lead
    required property string detail
    required property int status
    required property string icon
    required property string word
    readonly property bool tall: detail !== ""

    Accessible.name: lead + " " + word + " " + detail
    Accessible.role: Accessible.StaticText
    border.color: Tokens.line
    border.width: Tokens.hair
    color: Tokens.surface
    implicitHeight: inside.implicitHeight + 2 * Tokens.s8
    radius: Tokens.r14

    Column {
        id: inside

        anchors.left: parent.left
        anchors.leftMargin: Tokens.s16
        anchors.right: parent.right
        anchors.rightMargin: Tokens.s12
        anchors.verticalCenter: parent.verticalCenter
        spacing: Tokens.s4

        Item {
            implicitHeight: Math.max(name.implicitHeight, pill.implicitHeight)
            width: parent.width

            Words {
                id: name

                anchors.left: parent.left
                anchors.right: parent.right
                anchors.rightMargin: row.tall ? 0 : pill.width + Tokens.s8
                anchors.verticalCenter: parent.verticalCenter
                font.weight: row.tall ? Tokens.medium : Tokens.regular
                text: row.lead
                wrapMode: Text.Wrap
            }

            Pill {
                id: pill

                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                color: Tokens.softs[row.status]
                icon: row.icon
                room: row.width / 3
                status: row.status
                visible: !row.tall
                width: visible ? Math.min(implicitWidth, room) : 0
                word: row.tall ? "" : row.word
            }
        }

        Pill {
            color: Tokens.softs[row.status]
            icon: row.icon
            room: inside.width
            status: row.status
            visible: row.tall
            word: row.word
        }

        Words {
            color: Tokens.text2
            font.pixelSize: Tokens.caption
            text: row.detail
            visible: row.tall
            width: parent.width
            wrapMode: Text.Wrap
        }
    }
}
