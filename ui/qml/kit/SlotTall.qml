// The inside of a card that is higher than wide: mark in the middle, words below it.
import QtQuick
import Evidock

Item {
    id: inside

    required property SlotFrame card
    readonly property real spare: Math.max(0, height - Tokens.cardleast)
    readonly property real room: width - Tokens.s12 - Tokens.s16
    readonly property bool large: height > Tokens.cardlarge
    readonly property int small: large ? Tokens.body : Tokens.caption
    readonly property real row: large ? Tokens.labelrow : Tokens.captionrow

    Words {
        font.pixelSize: inside.large ? Tokens.display : Tokens.number
        font.weight: Tokens.bold
        objectName: "slotNumber"
        text: inside.card.number
        x: Tokens.s12
        y: Tokens.s4
    }

    Battery {
        anchors.right: parent.right
        anchors.rightMargin: Tokens.s16
        percent: inside.card.battery
        size: inside.small
        visible: inside.card.battery >= 0
        weak: inside.card.weak
        y: Tokens.s16
    }

    StatusMark {
        id: mark

        anchors.horizontalCenter: parent.horizontalCenter
        figure: inside.card.figure
        large: inside.large
        part: inside.card.hot ? 1 : Tokens.markpart
        percent: inside.card.percent
        progress: inside.card.progress
        sign: inside.card.sign
        status: inside.card.status
        width: Math.min(Tokens.ringmost, Tokens.ring + inside.spare / 3) * (inside.card.hot ? Tokens.markpart : 1)
        y: Tokens.s32 + inside.spare / 4 + (note.lineCount > 1 || !inside.card.hot ? 0 : Tokens.s8)
    }

    Column {
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.top: mark.bottom
        anchors.topMargin: (inside.card.hot ? 0 : Tokens.s2) + inside.spare / 8
        width: inside.room

        Words {
            font.pixelSize: inside.large ? Tokens.title : Tokens.label
            font.weight: Tokens.medium
            height: inside.large ? Tokens.strip : Tokens.labelrow
            horizontalAlignment: Text.AlignHCenter
            text: inside.card.headline
            width: parent.width
        }

        Words {
            color: Tokens.text2
            font.pixelSize: inside.small
            height: inside.row
            horizontalAlignment: Text.AlignHCenter
            text: inside.card.serial
            visible: text !== ""
            width: parent.width
        }

        Words {
            id: note

            color: inside.card.hot ? Tokens.inks[inside.card.status] : Tokens.text2
            font.pixelSize: inside.small
            font.weight: inside.card.hot ? Tokens.medium : Tokens.regular
            height: inside.row * (inside.card.hot ? 2 : 1)
            lineHeight: inside.row
            lineHeightMode: Text.FixedHeight
            maximumLineCount: inside.card.hot ? 2 : 1
            horizontalAlignment: Text.AlignHCenter
            text: inside.card.hot ? inside.card.note : inside.card.tally
            verticalAlignment: Text.AlignTop
            width: parent.width
            wrapMode: inside.card.hot ? Text.Wrap : Text.NoWrap
        }
    }

    Pill {
        id: pill

        anchors.bottom: parent.bottom
        anchors.bottomMargin: Tokens.s12
        color: inside.card.live ? Tokens.softs[inside.card.status] : Tokens.surface
        icon: inside.card.icon
        size: inside.small
        room: inside.room - (tail.visible ? tail.implicitWidth + Tokens.s4 : 0)
        status: inside.card.status
        word: inside.card.word
        x: Tokens.s12
    }

    Words {
        id: tail

        anchors.right: parent.right
        anchors.rightMargin: Tokens.s16
        anchors.verticalCenter: pill.verticalCenter
        color: Tokens.text2
        font.pixelSize: inside.small
        text: inside.card.tail
        visible: text !== ""
    }
}
