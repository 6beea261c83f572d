// The inside of a card that is wider than high: mark at the left, words beside it.
import QtQuick
import Evidock

Item {
    id: inside

    required property SlotFrame card

    Words {
        id: number

        font.pixelSize: Tokens.label
        font.weight: Tokens.bold
        text: inside.card.number
        x: Tokens.s12
        y: Tokens.s8
    }

    StatusMark {
        id: mark

        anchors.verticalCenter: parent.verticalCenter
        anchors.verticalCenterOffset: Tokens.s12
        figure: inside.card.figure
        line: Tokens.ringsmallline
        percent: inside.card.percent
        progress: inside.card.progress
        sign: inside.card.sign
        small: true
        status: inside.card.status
        width: Tokens.ringsmall
        x: Tokens.s12
    }

    Column {
        anchors.left: mark.right
        anchors.leftMargin: Tokens.s8
        anchors.right: parent.right
        anchors.rightMargin: Tokens.s8
        anchors.verticalCenter: parent.verticalCenter

        Words {
            font.pixelSize: Tokens.label
            font.weight: Tokens.medium
            text: inside.card.headline
            width: parent.width
        }

        Words {
            color: Tokens.text2
            font.pixelSize: Tokens.caption
            text: inside.card.serial
            visible: text !== ""
            width: parent.width
        }

        Row {
            spacing: Tokens.s4

            Glyph {
                anchors.verticalCenter: parent.verticalCenter
                name: inside.card.icon
                size: Tokens.icon18
                stroke: Tokens.stout
                tone: Tokens.inks[inside.card.status]
            }

            Words {
                color: Tokens.inks[inside.card.status]
                font.pixelSize: Tokens.caption
                font.weight: Tokens.medium
                text: inside.card.live && inside.card.tail !== "" ? inside.card.word + " · " + inside.card.tail : inside.card.word
                width: Math.min(implicitWidth, inside.width - parent.parent.x - Tokens.icon18 - Tokens.s12)
            }
        }

        Words {
            color: Tokens.text2
            font.pixelSize: Tokens.caption
            text: inside.card.hot ? inside.card.note : inside.card.tally
            width: parent.width
        }
    }
}
