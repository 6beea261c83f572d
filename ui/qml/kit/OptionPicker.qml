// Something to choose from a list; letters narrow it, also by first letters of pinyin.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: picker

    required property string heading
    required property string narrowed
    required property var options
    property bool clearable: false
    property bool letters: true
    property bool first: false
    property bool bare: false  // part of a screen, which has margins of its own

    signal chosen(string value)
    signal typed(string character)
    signal erased
    signal cleared
    signal closed

    color: Tokens.canvas

    MouseArea {
        anchors.fill: parent
    }

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: picker.bare ? 0 : Tokens.s24
        spacing: Tokens.s16

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s16

            ActionButton {
                icon: "arrow-left"
                objectName: "optionsBack"
                visible: !picker.first
                word: qsTr("返回")

                onChosen: picker.closed()
            }

            Words {
                Layout.fillWidth: true
                font.pixelSize: Tokens.headline
                font.weight: Tokens.bold
                objectName: "optionsHeading"
                text: picker.narrowed === "" ? picker.heading : picker.heading + " · " + picker.narrowed
                wrapMode: Text.Wrap
            }

            ActionButton {
                icon: "x"
                objectName: "optionsClear"
                visible: picker.clearable
                word: qsTr("不限")

                onChosen: picker.cleared()
            }
        }

        GridView {
            id: list

            readonly property int columns: Math.max(1, Math.floor(width / Tokens.keypad))

            Layout.fillHeight: true
            Layout.fillWidth: true
            boundsBehavior: Flickable.StopAtBounds
            cellHeight: Tokens.rowhigh + Tokens.s8
            cellWidth: Math.floor(width / columns)
            clip: true
            model: picker.options
            objectName: "options"

            delegate: Pressable {
                id: entry

                required property var modelData
                required property int index

                border.color: activeFocus || modelData.held ? Tokens.accent : Tokens.line
                border.width: activeFocus || modelData.held ? Tokens.firm : Tokens.hair
                face: modelData.held ? Tokens.tint : Tokens.surface
                height: Tokens.rowhigh
                name: modelData.word
                objectName: "option" + index
                width: list.cellWidth - Tokens.s8

                onChosen: picker.chosen(modelData.value)

                Words {
                    anchors.left: parent.left
                    anchors.leftMargin: Tokens.s16
                    anchors.right: mark.left
                    anchors.rightMargin: Tokens.s8
                    anchors.verticalCenter: parent.verticalCenter
                    font.pixelSize: Tokens.label
                    fontSizeMode: Text.Fit
                    height: parent.height - Tokens.s8
                    minimumPixelSize: Tokens.caption
                    text: entry.modelData.word
                    wrapMode: Text.Wrap
                }

                Glyph {
                    id: mark

                    anchors.right: parent.right
                    anchors.rightMargin: Tokens.s16
                    anchors.verticalCenter: parent.verticalCenter
                    name: entry.modelData.held ? "check" : ""
                    tone: Tokens.accent
                }
            }

            Words {
                anchors.centerIn: parent
                color: Tokens.text2
                font.pixelSize: Tokens.label
                horizontalAlignment: Text.AlignHCenter
                text: qsTr("没有可选的内容")
                visible: list.count === 0
                width: parent.width
                wrapMode: Text.Wrap
            }
        }

        LettersPad {
            Layout.fillWidth: true
            visible: picker.letters

            onErased: picker.erased()
            onTyped: character => picker.typed(character)
        }
    }
}
