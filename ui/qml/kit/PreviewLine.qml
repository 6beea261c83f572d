// The time line: how loud it is, what people marked, where we are; a press goes there.
pragma ComponentBehavior: Bound

import QtQuick
import Evidock

Item {
    id: line

    required property PreviewModel sight
    readonly property DeckModel deck: sight.shown

    implicitHeight: Tokens.touch + Tokens.s24

    Words {
        id: position

        color: Tokens.text
        font.weight: Tokens.medium
        objectName: "previewPosition"
        text: line.deck.position
    }

    Words {
        anchors.left: position.right
        anchors.leftMargin: Tokens.s16
        anchors.right: length.left
        anchors.rightMargin: Tokens.s16
        color: Tokens.accent
        font.pixelSize: Tokens.caption
        height: position.height
        horizontalAlignment: Text.AlignHCenter
        objectName: "previewNote"
        text: line.deck.started !== "" ? qsTr("标记从 %1 开始").arg(line.deck.started) : line.sight.note
    }

    Words {
        id: length

        anchors.right: parent.right
        color: Tokens.text2
        objectName: "previewLength"
        text: line.deck.length
    }

    Rectangle {
        id: track

        Accessible.name: qsTr("时间轴")
        Accessible.role: Accessible.Slider
        border.color: Tokens.line
        border.width: Tokens.hair
        color: Tokens.surface
        height: Tokens.touch
        objectName: "previewTrack"
        radius: Tokens.r6
        width: parent.width
        y: Tokens.s24

        Rectangle {
            color: Tokens.tint
            height: parent.height
            radius: Tokens.r6
            width: parent.width * line.deck.progress
        }

        WaveForm {
            anchors.fill: parent
            deck: line.deck
            objectName: "previewWave"
            tone: Tokens.edge
        }

        Repeater {
            model: line.deck.marks

            Rectangle {
                required property var modelData

                Accessible.name: qsTr("标记 %1").arg(modelData.word)
                Accessible.role: Accessible.Indicator
                color: Tokens.fills[4]
                height: Tokens.s8
                objectName: "previewMark"
                radius: Tokens.s2
                width: Math.max(Tokens.s4, track.width * (modelData.to - modelData.from))
                x: track.width * modelData.from
            }
        }

        Rectangle {
            color: Tokens.accent
            height: parent.height
            width: Tokens.s4
            x: Math.max(0, parent.width * line.deck.progress - width / 2)
        }

        MouseArea {
            anchors.fill: parent
            enabled: line.deck.playable

            onPositionChanged: mouse => line.sight.seek(mouse.x / width)
            onPressed: mouse => line.sight.seek(mouse.x / width)
        }
    }
}
