// Letters to type by, and the Chinese that letters typed may stand for.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

ColumnLayout {
    id: panel

    required property FindingModel find

    spacing: Tokens.s8

    Flow {
        Layout.fillWidth: true
        spacing: Tokens.s8

        ActionButton {
            filled: true
            icon: "check"
            objectName: "searchDone"
            word: qsTr("完成")

            onChosen: panel.find.show_keys(false)
        }

        ActionButton {
            icon: "x"
            objectName: "searchClear"
            wanted: panel.find.words !== ""
            word: qsTr("清空")

            onChosen: panel.find.clear_words()
        }

        Repeater {
            model: panel.find.guesses

            ActionButton {
                required property string modelData
                required property int index

                objectName: "guess" + index
                word: modelData

                onChosen: panel.find.take(modelData)
            }
        }
    }

    LettersPad {
        Layout.fillWidth: true

        onErased: panel.find.erase()
        onTyped: character => panel.find.type_in(character)
    }
}
