// How far a running slot is: a ring on its track.
import QtQuick
import QtQuick.Shapes
import Evidock

Shape {
    id: ring

    required property real progress
    required property color tone
    required property real line
    readonly property real middle: width / 2
    readonly property real reach: (width - line) / 2

    height: width

    ShapePath {
        fillColor: "transparent"
        strokeColor: Tokens.track
        strokeWidth: ring.line

        PathAngleArc {
            centerX: ring.middle
            centerY: ring.middle
            radiusX: ring.reach
            radiusY: ring.reach
            sweepAngle: Tokens.turn
        }
    }

    ShapePath {
        capStyle: ShapePath.RoundCap
        fillColor: "transparent"
        strokeColor: ring.progress > 0 ? ring.tone : "transparent"
        strokeWidth: ring.line

        PathAngleArc {
            centerX: ring.middle
            centerY: ring.middle
            radiusX: ring.reach
            radiusY: ring.reach
            startAngle: -Tokens.turn / 4
            sweepAngle: Tokens.turn * ring.progress
        }
    }
}
