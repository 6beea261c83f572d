// The inside of an empty slot's card: number, plug, word.
import QtQuick
import Evidock

Item {
    id: inside

    required property SlotFrame card
    readonly property bool large: height > Tokens.cardlarge

    Words {
        color: Tokens.text3
        font.pixelSize: inside.card.compact ? Tokens.label : inside.large ? Tokens.display : Tokens.number
        font.weight: Tokens.bold
        objectName: "slotNumber"
        text: inside.card.number
        x: Tokens.s12
        y: inside.card.compact ? Tokens.s8 : Tokens.s4
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
