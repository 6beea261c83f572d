// The inside of an empty slot's card: number, plug, word.
import QtQuick
import Evidock

Item {
    id: inside

    required property SlotFrame card
    readonly property bool large: height > Tokens.cardlarge

    Words {
        color: Tokens.text3
        font.pixelSize: inside.card.compact ? Tokens.label : inside.large ? Tokens.headline : Tokens.title
        font.weight: Tokens.bold
        text: inside.card.number
        x: inside.card.compact ? Tokens.s12 : Tokens.s16
        y: inside.card.compact ? Tokens.s8 : Tokens.s12
    }

    Grid {
        anchors.centerIn: parent
        columns: inside.card.compact ? 2 : 1
        horizontalItemAlignment: Grid.AlignHCenter
        spacing: Tokens.s8
        verticalItemAlignment: Grid.AlignVCenter

        Glyph {
            name: inside.card.icon
            size: inside.card.compact ? Tokens.icon28 : inside.large ? Tokens.icon56 : Tokens.icon44
            stroke: Tokens.thin
            tone: Tokens.inks[inside.card.status]
        }

        Words {
            color: Tokens.text3
            font.pixelSize: inside.large ? Tokens.label : Tokens.body
            font.weight: Tokens.medium
            text: inside.card.word
        }
    }
}
