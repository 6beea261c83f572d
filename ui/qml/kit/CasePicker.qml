// Every open case to choose from, the likely ones first; digits narrow the list.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: picker

    required property VisitModel guest
    readonly property bool upright: height > width

    color: Tokens.canvas

    MouseArea {
        anchors.fill: parent
    }

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Tokens.s24
        spacing: Tokens.s16

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s16

            ActionButton {
                icon: "arrow-left"
                objectName: "pickerBack"
                word: qsTr("返回")

                onChosen: picker.guest.ask_other(-1)
            }

            Words {
                Layout.fillWidth: true
                font.pixelSize: Tokens.headline
                font.weight: Tokens.bold
                text: picker.guest.sought === "" ? qsTr("选择案件") : qsTr("编号含 %1").arg(picker.guest.sought)
                wrapMode: Text.Wrap
            }
        }

        GridLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            columnSpacing: Tokens.s24
            columns: picker.upright ? 1 : 2
            rowSpacing: Tokens.s16

            ListView {
                id: list

                Layout.fillHeight: true
                Layout.fillWidth: true
                boundsBehavior: Flickable.StopAtBounds
                clip: true
                model: picker.guest.choices
                objectName: "cases"
                spacing: Tokens.s8

                delegate: Pressable {
                    id: entry

                    required property var modelData
                    required property int index

                    border.color: activeFocus ? Tokens.accent : Tokens.line
                    border.width: activeFocus ? Tokens.firm : Tokens.hair
                    face: Tokens.surface
                    implicitHeight: Math.max(Tokens.rowhigh, words.implicitHeight + Tokens.s24)
                    name: modelData.title
                    objectName: "case" + index
                    width: ListView.view.width

                    onChosen: picker.guest.choose(modelData.case)

                    Column {
                        id: words

                        anchors.left: parent.left
                        anchors.margins: Tokens.s16
                        anchors.right: parent.right
                        anchors.verticalCenter: parent.verticalCenter
                        spacing: Tokens.s4

                        Words {
                            font.pixelSize: Tokens.label
                            font.weight: Tokens.medium
                            text: entry.modelData.title
                            width: parent.width
                            wrapMode: Text.Wrap
                        }

                        Words {
                            color: Tokens.text2
                            text: entry.modelData.why
                            visible: text !== ""
                            width: parent.width
                            wrapMode: Text.Wrap
                        }
                    }
                }

                Words {
                    anchors.centerIn: parent
                    color: Tokens.text2
                    font.pixelSize: Tokens.label
                    horizontalAlignment: Text.AlignHCenter
                    text: qsTr("没有这样的未结案件")
                    visible: list.count === 0
                    width: parent.width
                    wrapMode: Text.Wrap
                }
            }

            Keypad {
                Layout.alignment: Qt.AlignTop | Qt.AlignHCenter
                Layout.fillWidth: false
                Layout.preferredWidth: Tokens.keypad
                done: qsTr("返回")

                onAccepted: picker.guest.ask_other(-1)
                onErased: picker.guest.narrow("")
                onTyped: character => picker.guest.narrow(character)
            }
        }
    }
}
