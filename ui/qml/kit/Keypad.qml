// The kiosk's own keypad: ten digits, take back, and done.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

GridLayout {
    id: pad

    property bool ready: true
    property string done: qsTr("确定")

    signal typed(string character)
    signal erased
    signal accepted

    columnSpacing: Tokens.s8
    columns: 3
    rowSpacing: Tokens.s8

    Repeater {
        model: ["1", "2", "3", "4", "5", "6", "7", "8", "9"]

        PadKey {
            required property string modelData

            name: modelData
            word: modelData

            onChosen: pad.typed(modelData)
        }
    }

    PadKey {
        icon: "backspace"
        name: qsTr("退格")
        objectName: "keyErase"
        quiet: true

        onChosen: pad.erased()
    }

    PadKey {
        name: word
        word: "0"

        onChosen: pad.typed("0")
    }

    PadKey {
        filled: true
        name: pad.done
        objectName: "keyDone"
        opacity: pad.ready ? Tokens.opaque : Tokens.dimmed
        word: pad.done

        onChosen: pad.accepted()
    }
}
