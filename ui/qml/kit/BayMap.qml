// The map of bays: number, USB port, and who says so.
pragma ComponentBehavior: Bound

import QtQuick
import Evidock

Flickable {
    id: map

    required property BaysModel lesson
    readonly property int across: Math.max(1, Math.floor((width + Tokens.gap) / (Tokens.baymap + Tokens.gap)))

    boundsBehavior: Flickable.StopAtBounds
    clip: true
    contentHeight: cells.implicitHeight
    contentWidth: width

    Words {
        color: Tokens.text2
        objectName: "noBay"
        text: qsTr("还没有登记任何采集口")
        visible: map.lesson.rows.length === 0
        width: parent.width
        wrapMode: Text.Wrap
    }

    Flow {
        id: cells

        spacing: Tokens.gap
        width: parent.width

        Repeater {
            model: map.lesson.rows

            Rectangle {
                id: cell

                required property var modelData
                required property int index

                border.color: Tokens.line
                border.width: Tokens.hair
                color: Tokens.surface
                implicitHeight: Math.max(Tokens.rowhigh, words.implicitHeight + 2 * Tokens.s12)
                objectName: "bay" + modelData.number
                radius: Tokens.r14
                width: (map.width - (map.across - 1) * Tokens.gap) / map.across

                Words {
                    id: number

                    anchors.verticalCenter: parent.verticalCenter
                    font.pixelSize: Tokens.number
                    font.weight: Tokens.bold
                    text: cell.modelData.number
                    x: Tokens.s16
                }

                Column {
                    id: words

                    anchors.left: number.right
                    anchors.leftMargin: Tokens.s16
                    anchors.right: parent.right
                    anchors.rightMargin: Tokens.s12
                    anchors.verticalCenter: parent.verticalCenter
                    spacing: Tokens.s2

                    Words {
                        text: cell.modelData.ports
                        width: parent.width
                        wrapMode: Text.WrapAnywhere
                    }

                    Words {
                        color: Tokens.text2
                        font.pixelSize: Tokens.caption
                        text: cell.modelData.source
                        width: parent.width
                        wrapMode: Text.Wrap
                    }
                }
            }
        }
    }
}
