// One's own shift as a bar. What is which can be told by height as well as by colour.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: panel

    required property CoverageModel shift
    readonly property var tones: [Tokens.fills[3], Tokens.fills[1], Tokens.fills[4]]
    readonly property var heights: [Tokens.opaque, Tokens.faint, Tokens.octagon]

    border.color: Tokens.line
    border.width: Tokens.hair
    color: Tokens.surface
    implicitHeight: column.implicitHeight + 2 * Tokens.s12
    radius: Tokens.r14

    ColumnLayout {
        id: column

        anchors.left: parent.left
        anchors.margins: Tokens.s12
        anchors.right: parent.right
        anchors.top: parent.top
        spacing: Tokens.s8

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s16

            Flow {
                Layout.alignment: Qt.AlignVCenter
                Layout.fillWidth: true
                spacing: Tokens.s16

                Words {
                    font.weight: Tokens.bold
                    objectName: "shiftSpan"
                    text: panel.shift.heading
                }

                Repeater {
                    model: panel.shift.legend

                    Row {
                        id: entry

                        required property var modelData

                        spacing: Tokens.s8

                        Item {
                            height: words.height
                            width: Tokens.s16

                            Rectangle {
                                anchors.bottom: parent.bottom
                                color: panel.tones[entry.modelData.cover]
                                height: parent.height * panel.heights[entry.modelData.cover]
                                width: parent.width
                            }
                        }

                        Words {
                            id: words

                            text: entry.modelData.words
                        }
                    }
                }
            }

            ActionButton {
                icon: panel.shift.open > 0 ? "info-circle" : "check"
                objectName: "explainGaps"
                visible: panel.shift.gaps.length > 0
                word: panel.shift.ask

                onChosen: panel.shift.pick(0)
            }
        }

        Rectangle {
            id: bar

            function rowAt(x: real): int {
                const parts = panel.shift.bar;
                for (let place = 0; place < parts.length; place++) {
                    const part = parts[place];
                    if (x >= part.from * width && x < (part.from + part.share) * width)
                        return part.row;
                }
                return -1;
            }

            Accessible.name: panel.shift.heading + "，" + panel.shift.legend.map(entry => entry.words).join("，")
            Accessible.role: Accessible.Graphic
            Layout.fillWidth: true
            Layout.preferredHeight: Tokens.touch
            clip: true
            color: Tokens.sunken
            objectName: "shiftBar"
            radius: Tokens.r6

            Repeater {
                model: panel.shift.bar

                Rectangle {
                    required property var modelData

                    anchors.bottom: parent?.bottom
                    color: panel.tones[modelData.cover]
                    height: bar.height * panel.heights[modelData.cover]
                    width: Math.max(Tokens.hair, modelData.share * bar.width)
                    x: modelData.from * bar.width
                }
            }

            TapHandler {
                onTapped: point => {
                    const row = bar.rowAt(point.position.x);
                    if (row >= 0)
                        panel.shift.pick(row);
                }
            }
        }

        Repeater {
            model: panel.shift.statements

            Words {
                required property string modelData

                Layout.fillWidth: true
                color: Tokens.inks[4]
                font.weight: Tokens.medium
                text: modelData
                wrapMode: Text.Wrap
            }
        }
    }
}
