// What is looked for among the cases, and how many that finds.
import QtQuick
import QtQuick.Layouts
import Evidock

RowLayout {
    id: bar

    required property CasebookModel book

    spacing: Tokens.s8

    Pressable {
        Layout.fillWidth: true
        border.color: bar.book.typing || activeFocus ? Tokens.accent : Tokens.line
        border.width: bar.book.typing || activeFocus ? Tokens.firm : Tokens.hair
        face: Tokens.surface
        name: bar.book.words === "" ? qsTr("搜索案件") : bar.book.words
        objectName: "caseSearch"

        onChosen: bar.book.show_keys(!bar.book.typing)

        Glyph {
            id: sign

            anchors.verticalCenter: parent.verticalCenter
            name: "search"
            size: Tokens.icon22
            tone: Tokens.accent
            x: Tokens.s16
        }

        Words {
            anchors.left: sign.right
            anchors.leftMargin: Tokens.s12
            anchors.right: count.left
            anchors.rightMargin: Tokens.s12
            anchors.verticalCenter: parent.verticalCenter
            color: bar.book.words === "" ? Tokens.text3 : Tokens.text
            elide: bar.book.words === "" ? Text.ElideRight : Text.ElideLeft
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Tokens.caption
            objectName: "caseWords"
            text: bar.book.words === "" ? qsTr("编号、名称、地点、当事人，或拼音首字母") : bar.book.words + (bar.book.typing ? "▏" : "")
        }

        Words {
            id: count

            anchors.right: parent.right
            anchors.rightMargin: Tokens.s16
            anchors.verticalCenter: parent.verticalCenter
            color: Tokens.text2
            objectName: "caseSums"
            text: bar.book.sums
        }
    }

    ActionButton {
        icon: "x"
        objectName: "caseClear"
        visible: bar.book.words !== ""
        word: qsTr("清空")

        onChosen: bar.book.clear_words()
    }
}
