// What is looked for, as it is typed, and how many clips that finds.
import QtQuick
import Evidock

Pressable {
    id: line

    required property BrowserModel browser
    readonly property FindingModel find: browser.find

    border.color: find.typing || activeFocus ? Tokens.accent : Tokens.line
    border.width: find.typing || activeFocus ? Tokens.firm : Tokens.hair
    face: Tokens.surface
    name: find.words === "" ? qsTr("搜索") : find.words
    objectName: "search"

    onChosen: find.show_keys(!find.typing)

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
        color: line.find.words === "" ? Tokens.text3 : Tokens.text
        elide: line.find.words === "" ? Text.ElideRight : Text.ElideLeft
        font.pixelSize: line.find.words === "" ? Tokens.body : Tokens.label
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: Tokens.caption
        objectName: "searchWords"
        text: line.find.words === "" ? qsTr("人名、标签、案件、地点，或拼音首字母") : line.find.words + (line.find.typing ? "▏" : "")
    }

    Words {
        id: count

        anchors.right: parent.right
        anchors.rightMargin: Tokens.s16
        anchors.verticalCenter: parent.verticalCenter
        color: Tokens.text2
        objectName: "browserSums"
        text: line.browser.sums
    }
}
