// A case's time line: a lane for each recorder; a tap opens a clip, two fingers or the wheel come nearer.
import QtQuick
import Evidock

Rectangle {
    id: box

    required property CaseLineModel line

    border.color: Tokens.line
    border.width: Tokens.hair
    color: Tokens.surface
    implicitHeight: Math.max(keys.height, view.head + line.count * view.lane) + Tokens.s16
    radius: Tokens.r14

    Flickable {
        id: slide

        anchors.bottomMargin: Tokens.s8
        anchors.fill: parent
        anchors.leftMargin: Tokens.s12
        anchors.rightMargin: keys.width + Tokens.s16
        anchors.topMargin: Tokens.s8
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: view.head + box.line.count * view.lane
        flickableDirection: Flickable.VerticalFlick
        interactive: contentHeight > height

        CaseLineView {
            id: view

            Accessible.name: qsTr("案件时间轴")
            Accessible.role: Accessible.Graphic
            height: Math.max(slide.height, head + box.line.count * lane)
            line: box.line
            objectName: "caseLine"
            tones: [Tokens.accent, Tokens.fills[4], Tokens.line, Tokens.text2]
            width: slide.width

            TapHandler {
                onTapped: point => view.press(point.position.x, point.position.y)
            }

            DragHandler {
                id: drag

                property real before: 0

                target: null
                yAxis.enabled: false

                onActiveChanged: before = 0
                onTranslationChanged: {
                    box.line.pan((before - translation.x) / view.width);
                    before = translation.x;
                }
            }

            PinchHandler {
                target: null

                onScaleChanged: delta => box.line.zoom(delta, centroid.position.x / view.width)
            }

            WheelHandler {
                onWheel: event => box.line.zoom(event.angleDelta.y > 0 ? 1.25 : 0.8, event.x / view.width)
            }
        }
    }

    Column {
        id: keys

        anchors.margins: Tokens.s8
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Tokens.s4

        IconKey {
            glyph: ""
            name: qsTr("放大时间轴")
            objectName: "caseNearer"
            word: "+"

            onChosen: box.line.zoom(2, 0.5)
        }

        IconKey {
            dim: !box.line.near
            glyph: ""
            name: qsTr("缩小时间轴")
            objectName: "caseFarther"
            word: "−"

            onChosen: box.line.zoom(0.5, 0.5)
        }
    }
}
