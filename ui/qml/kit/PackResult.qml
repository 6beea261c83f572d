// What came of an export: where it lies and what to check it with, or why there is none.
import QtQuick
import QtQuick.Layouts
import Evidock

Flickable {
    id: screen

    required property PackModel desk

    boundsBehavior: Flickable.StopAtBounds
    clip: true
    contentHeight: Math.max(height, sheet.implicitHeight)
    contentWidth: width

    Rectangle {
        id: sheet

        anchors.centerIn: parent
        border.color: Tokens.line
        border.width: Tokens.hair
        color: Tokens.surface
        implicitHeight: parts.implicitHeight + 2 * Tokens.s24
        radius: Tokens.r14
        width: Math.min(parent.width, Tokens.desk)

        ColumnLayout {
            id: parts

            anchors.left: parent.left
            anchors.margins: Tokens.s24
            anchors.right: parent.right
            anchors.top: parent.top
            spacing: Tokens.s16

            RowLayout {
                Layout.fillWidth: true
                spacing: Tokens.s16

                Glyph {
                    name: screen.desk.whole ? "shield-check" : "alert-octagon"
                    size: Tokens.icon56
                    tone: Tokens.inks[screen.desk.whole ? 3 : 5]
                }

                Words {
                    Layout.fillWidth: true
                    font.pixelSize: Tokens.title
                    font.weight: Tokens.bold
                    objectName: "packHeading"
                    text: screen.desk.heading
                    wrapMode: Text.Wrap
                }
            }

            Alarm {
                Layout.fillWidth: true
                mend: screen.desk.mend
                objectName: "packTrouble"
                reason: screen.desk.reason
                title: screen.desk.trouble
                visible: title !== ""
            }

            PackFacts {
                Layout.fillWidth: true
                rows: screen.desk.facts
            }

            Words {
                Layout.fillWidth: true
                font.pixelSize: Tokens.label
                objectName: "packNote"
                text: screen.desk.note
                wrapMode: Text.Wrap
            }

            ActionButton {
                Layout.alignment: Qt.AlignRight
                filled: true
                icon: screen.desk.whole ? "check" : "arrow-left"
                objectName: "packAgain"
                word: screen.desk.whole ? qsTr("完成") : qsTr("重新导出")

                onChosen: screen.desk.again()
            }
        }
    }
}
