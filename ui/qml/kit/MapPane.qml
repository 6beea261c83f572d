// The map: a press on a way goes there in its clip; the site's attribution is always to be read.
import QtQuick
import Evidock

Rectangle {
    id: pane

    required property WayModel way

    border.color: Tokens.line
    border.width: Tokens.hair
    clip: true
    color: Tokens.surface
    objectName: "mapPane"
    radius: Tokens.r6

    MapView {
        id: view

        Accessible.name: qsTr("地图")
        Accessible.role: Accessible.Graphic
        anchors.fill: parent
        anchors.margins: Tokens.hair
        objectName: "map"
        tones: [Tokens.sunken, Tokens.line, Tokens.text2, Tokens.accent, Tokens.fills[4], Tokens.surface]
        way: pane.way

        TapHandler {
            onTapped: point => view.press(point.position.x, point.position.y)
        }

        DragHandler {
            property point before: Qt.point(0, 0)

            target: null

            onActiveChanged: before = Qt.point(0, 0)
            onTranslationChanged: {
                pane.way.pan(translation.x - before.x, translation.y - before.y);
                before = Qt.point(translation.x, translation.y);
            }
        }

        PinchHandler {
            target: null

            onScaleChanged: delta => pane.way.zoom(Math.log2(delta), centroid.position.x, centroid.position.y)
        }

        WheelHandler {
            onWheel: event => pane.way.zoom(event.angleDelta.y > 0 ? 0.5 : -0.5, event.x, event.y)
        }
    }

    Column {
        anchors.margins: Tokens.s8
        anchors.right: parent.right
        anchors.top: parent.top
        spacing: Tokens.s4

        IconKey {
            glyph: ""
            name: qsTr("放大地图")
            objectName: "mapNearer"
            word: "+"

            onChosen: pane.way.zoom(1, view.width / 2, view.height / 2)
        }

        IconKey {
            glyph: ""
            name: qsTr("缩小地图")
            objectName: "mapFarther"
            word: "−"

            onChosen: pane.way.zoom(-1, view.width / 2, view.height / 2)
        }

        IconKey {
            glyph: "map-pin"
            name: qsTr("看全部轨迹")
            objectName: "mapWhole"

            onChosen: pane.way.whole()
        }
    }

    Rectangle {
        anchors.left: parent.left
        anchors.margins: Tokens.s4
        anchors.top: parent.top
        color: Tokens.surface
        height: note.height + Tokens.s8
        radius: Tokens.r6
        visible: pane.way.note !== ""
        width: note.width + Tokens.s16

        Words {
            id: note

            anchors.centerIn: parent
            color: Tokens.text2
            font.pixelSize: Tokens.caption
            objectName: "mapNote"
            text: pane.way.note
            width: Math.min(implicitWidth, pane.width - Tokens.key - Tokens.s32)
            wrapMode: Text.Wrap
        }
    }

    Rectangle {
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        color: Tokens.surface
        height: credit.height + Tokens.s4
        visible: pane.way.credit !== ""
        width: credit.width + Tokens.s16

        Words {
            id: credit

            anchors.centerIn: parent
            color: Tokens.text2
            font.pixelSize: Tokens.caption
            objectName: "mapCredit"
            text: pane.way.credit
            width: Math.min(implicitWidth, pane.width / 2)
            wrapMode: Text.Wrap
        }
    }
}
