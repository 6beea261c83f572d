// One file of a collection: picture or kind, name, what it is, and how it stands.
import QtQuick
import Evidock

Rectangle {
    id: row

    required property string name
    required property string kind
    required property int status
    required property string icon
    required property string word
    required property string detail
    required property string reason
    required property bool important
    required property string picture
    required property string footage

    signal chosen

    Accessible.name: name + " " + word
    Accessible.role: footage === "" ? Accessible.ListItem : Accessible.Button
    border.color: Tokens.line
    border.width: Tokens.hair
    color: tap.pressed ? Tokens.tint : Tokens.surface
    implicitHeight: Tokens.rowhigh
    objectName: footage === "" ? "" : "clip" + footage
    radius: Tokens.r14

    Accessible.onPressAction: chosen()

    TapHandler {
        id: tap

        enabled: row.footage !== ""
        gesturePolicy: TapHandler.ReleaseWithinBounds

        onTapped: row.chosen()
    }

    Rectangle {
        id: frame

        anchors.verticalCenter: parent.verticalCenter
        color: Tokens.sunken
        height: Tokens.thumbh
        radius: Tokens.r6
        width: Tokens.thumbw
        x: Tokens.s8

        Glyph {
            anchors.centerIn: parent
            name: row.kind
            size: Tokens.icon32
            tone: Tokens.text3
        }

        Image {
            anchors.fill: parent
            asynchronous: true
            fillMode: Image.PreserveAspectFit
            source: row.picture
        }
    }

    Column {
        anchors.left: frame.right
        anchors.leftMargin: Tokens.s16
        anchors.right: pill.left
        anchors.rightMargin: Tokens.s12
        anchors.verticalCenter: parent.verticalCenter

        Row {
            spacing: Tokens.s8
            width: parent.width

            Glyph {
                anchors.verticalCenter: parent.verticalCenter
                name: "star"
                size: Tokens.icon18
                stroke: Tokens.stout
                tone: Tokens.inks[4]
                visible: row.important
            }

            Words {
                elide: Text.ElideMiddle
                font.weight: Tokens.medium
                text: row.name
                width: parent.width - (row.important ? Tokens.icon18 + parent.spacing : 0)
            }
        }

        Words {
            color: Tokens.text2
            font.pixelSize: Tokens.caption
            text: row.detail
            width: parent.width
        }

        Words {
            color: Tokens.inks[4]
            font.pixelSize: Tokens.caption
            text: row.reason
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
        status: row.status
        word: row.word
    }
}
