// When nothing was recorded, and the reasons to choose from.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: picker

    required property CoverageModel shift
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
                objectName: "gapsBack"
                word: qsTr("返回")

                onChosen: picker.shift.pick(-1)
            }

            Words {
                Layout.fillWidth: true
                font.pixelSize: Tokens.headline
                font.weight: Tokens.bold
                text: qsTr("这段时间为什么没有录像？")
                wrapMode: Text.Wrap
            }
        }

        Words {
            Layout.fillWidth: true
            color: Tokens.text2
            text: qsTr("先选时段，再选原因。说明记入台账，可以更改，但不会删除。")
            wrapMode: Text.Wrap
        }

        GridLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            columnSpacing: Tokens.s24
            columns: picker.upright ? 1 : 2
            rowSpacing: Tokens.s16

            ListView {
                Layout.fillHeight: true
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                boundsBehavior: Flickable.StopAtBounds
                clip: true
                model: picker.shift.gaps
                objectName: "gaps"
                spacing: Tokens.s8

                delegate: Pressable {
                    id: entry

                    required property var modelData
                    required property int index

                    border.color: activeFocus || modelData.current ? Tokens.accent : Tokens.line
                    border.width: activeFocus || modelData.current ? Tokens.firm : Tokens.hair
                    face: modelData.current ? Tokens.tint : Tokens.surface
                    implicitHeight: Math.max(Tokens.rowhigh, words.implicitHeight + Tokens.s24)
                    name: modelData.title + " " + modelData.amount + " " + modelData.said
                    objectName: "gap" + index
                    width: ListView.view.width

                    onChosen: picker.shift.pick(index)

                    Glyph {
                        id: sign

                        anchors.left: parent.left
                        anchors.leftMargin: Tokens.s16
                        anchors.verticalCenter: parent.verticalCenter
                        name: entry.modelData.settled ? "check" : "hourglass"
                        tone: entry.modelData.settled ? Tokens.inks[3] : Tokens.inks[4]
                    }

                    Column {
                        id: words

                        anchors.left: sign.right
                        anchors.margins: Tokens.s16
                        anchors.right: parent.right
                        anchors.verticalCenter: parent.verticalCenter
                        spacing: Tokens.s4

                        Words {
                            font.pixelSize: Tokens.label
                            font.weight: Tokens.medium
                            text: entry.modelData.title + " · " + entry.modelData.amount
                            width: parent.width
                            wrapMode: Text.Wrap
                        }

                        Words {
                            color: Tokens.text2
                            text: entry.modelData.said
                            width: parent.width
                            wrapMode: Text.Wrap
                        }
                    }
                }
            }

            ColumnLayout {
                Layout.alignment: Qt.AlignTop
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                spacing: Tokens.s12

                Repeater {
                    model: picker.shift.reasons

                    ActionButton {
                        required property var modelData

                        Layout.fillWidth: true
                        objectName: "reason_" + modelData.value
                        size: Tokens.label
                        word: modelData.word

                        onChosen: picker.shift.say(modelData.value)
                    }
                }
            }
        }
    }
}
