// Small signs beside each other: important, locked, linked, where the copies are.
pragma ComponentBehavior: Bound

import QtQuick
import Evidock

Row {
    id: row

    required property string signs
    required property color tone

    spacing: Tokens.s8

    Repeater {
        model: row.signs === "" ? [] : row.signs.split(" ")

        Glyph {
            required property string modelData

            name: modelData
            size: Tokens.icon18
            stroke: Tokens.stout
            tone: row.tone
        }
    }
}
