// One custody entry in full: the exact line, its hash, and the checkpoint that covers it.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: sheet

    required property AuditModel audit

    border.color: Tokens.line
    border.width: Tokens.hair
    color: Tokens.surface
    objectName: "entrySheet"
    radius: Tokens.r14

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Tokens.s16
        spacing: Tokens.s12

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s12

            Words {
                Layout.fillWidth: true
                font.pixelSize: Tokens.title
                font.weight: Tokens.bold
                text: sheet.audit.title
                wrapMode: Text.Wrap
            }

            ActionButton {
                objectName: "entryClip"
                visible: sheet.audit.of_clip
                word: qsTr("只看这段录像")

                onChosen: sheet.audit.follow_clip()
            }

            IconKey {
                glyph: "x"
                name: qsTr("关闭")
                objectName: "entryClose"

                onChosen: sheet.audit.close_entry()
            }
        }

        Flickable {
            Layout.fillHeight: true
            Layout.fillWidth: true
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            contentHeight: facts.implicitHeight
            contentWidth: width

            Column {
                id: facts

                spacing: Tokens.s12
                width: parent.width

                Repeater {
                    model: sheet.audit.facts

                    Rectangle {
                        id: one

                        required property var modelData
                        required property int index

                        color: Tokens.surface
                        implicitHeight: pair.implicitHeight
                        width: facts.width

                        Column {
                            id: pair

                            spacing: Tokens.s2
                            width: parent.width

                            Words {
                                color: Tokens.text2
                                font.pixelSize: Tokens.caption
                                text: one.modelData.label
                                width: parent.width
                            }

                            Words {
                                objectName: "entryFact" + one.index
                                text: one.modelData.fact
                                width: parent.width
                                wrapMode: Text.WrapAnywhere
                            }
                        }
                    }
                }
            }
        }
    }
}
