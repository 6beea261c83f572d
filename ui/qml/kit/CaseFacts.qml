// What is known of a case: its facts, what is said twice and differently, its tags.
pragma ComponentBehavior: Bound

import QtQuick
import Evidock

Rectangle {
    id: panel

    required property CasePageModel page

    border.color: Tokens.line
    border.width: Tokens.hair
    color: Tokens.surface
    implicitHeight: column.implicitHeight + 2 * Tokens.s16
    radius: Tokens.r14

    Flickable {
        anchors.fill: parent
        anchors.margins: Tokens.s16
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: column.implicitHeight
        objectName: "caseFacts"

        Column {
            id: column

            spacing: Tokens.s12
            width: parent.width

            Repeater {
                model: panel.page.facts

                Column {
                    id: fact

                    required property var modelData
                    required property int index

                    objectName: "caseFact" + index
                    width: column.width

                    Words {
                        color: Tokens.text2
                        font.pixelSize: Tokens.caption
                        text: fact.modelData.label
                        width: parent.width
                    }

                    Words {
                        color: fact.modelData.loud ? Tokens.inks[4] : Tokens.text
                        font.weight: Tokens.medium
                        text: fact.modelData.loud ? "⚠ " + fact.modelData.fact : fact.modelData.fact
                        width: parent.width
                        wrapMode: Text.Wrap
                    }
                }
            }

            Flow {
                spacing: Tokens.s8
                visible: tags.count > 0
                width: column.width

                Repeater {
                    id: tags

                    model: panel.page.tags

                    FilterChip {
                        required property var modelData
                        required property int index

                        glyph: "tag"
                        objectName: "caseTag" + index
                        width: Math.min(implicitWidth, column.width)
                        word: modelData.word

                        onChosen: panel.page.browse_tag(modelData.tag)
                    }
                }
            }
        }
    }
}
