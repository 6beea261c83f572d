// The shape of a status: ring while it runs, disc done, rounded square attention, octagon fault.
import QtQuick
import QtQuick.Shapes
import Evidock

Item {
    id: mark

    required property string figure
    required property string sign
    required property int status
    required property real progress
    required property int percent
    property real line: Tokens.ringline
    property bool small: false
    property bool large: false
    property real part: Tokens.markpart
    readonly property color fill: Tokens.fills[status]
    readonly property real side: Math.round(width * part)
    readonly property real cut: side * Tokens.octagon

    height: width
    objectName: "statusMark"

    Ring {
        anchors.fill: parent
        line: mark.line
        progress: mark.progress
        tone: mark.fill
        visible: mark.figure === "ring"
    }

    Row {
        anchors.centerIn: parent
        visible: mark.figure === "ring"

        Words {
            id: figures

            font.pixelSize: mark.small ? Tokens.label : mark.large ? Tokens.display : Tokens.number
            font.weight: Tokens.bold
            objectName: "percent"
            text: mark.percent
        }

        Words {
            anchors.baseline: figures.baseline
            color: Tokens.text2
            font.pixelSize: mark.large ? Tokens.title : Tokens.body
            font.weight: Tokens.medium
            text: "%"
            visible: !mark.small
        }
    }

    Rectangle {
        anchors.centerIn: parent
        color: mark.fill
        height: width
        radius: mark.figure === "disc" ? width / 2 : width / 4
        visible: mark.figure === "disc" || mark.figure === "square"
        width: mark.side
    }

    Shape {
        id: octagon

        anchors.centerIn: parent
        height: width
        visible: mark.figure === "octagon"
        width: mark.side

        ShapePath {
            fillColor: mark.fill
            startX: mark.cut
            startY: 0
            strokeWidth: -1

            PathLine { x: mark.side - mark.cut; y: 0 }
            PathLine { x: mark.side; y: mark.cut }
            PathLine { x: mark.side; y: mark.side - mark.cut }
            PathLine { x: mark.side - mark.cut; y: mark.side }
            PathLine { x: mark.cut; y: mark.side }
            PathLine { x: 0; y: mark.side - mark.cut }
            PathLine { x: 0; y: mark.cut }
            PathLine { x: mark.cut; y: 0 }
        }
    }

    Glyph {
        anchors.centerIn: parent
        name: mark.sign
        size: mark.small ? Tokens.icon32 : mark.large ? Tokens.icon96 : Tokens.icon56
        stroke: Tokens.heavy
        tone: Tokens.marks[mark.status]
        visible: mark.sign !== ""
    }
}
