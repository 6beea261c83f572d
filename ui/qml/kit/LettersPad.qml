// The kiosk's own letters and digits: what is typed by a finger, and found by first letters of pinyin.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

GridLayout {
    id: pad

    signal typed(string character)
    signal erased

    columnSpacing: Tokens.s4
    columns: 9 + 4 // three rows
    rowSpacing: Tokens.s4
    uniformCellWidths: true

    Repeater {
        model: ["Q", "W", "E", "R", "T", "Y", "U", "I", "O", "P", "A", "S", "D", "F", "G", "H", "J", "K", "L", "Z", "X", "C", "V", "B", "N", "M", "1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "-"]

        PadKey {
            required property string modelData

            implicitHeight: Tokens.letter
            name: modelData
            size: Tokens.title
            word: modelData

            onChosen: pad.typed(modelData.toLowerCase())
        }
    }

    PadKey {
        implicitHeight: Tokens.letter
        name: qsTr("空格")
        objectName: "keySpace"
        quiet: true
        word: "␣"

        onChosen: pad.typed(" ")
    }

    PadKey {
        icon: "backspace"
        implicitHeight: Tokens.letter
        name: qsTr("退格")
        objectName: "keyErase"
        quiet: true

        onChosen: pad.erased()
    }
}
