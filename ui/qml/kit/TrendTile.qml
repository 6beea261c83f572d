// The rate of the whole dock with its last minute, when it will be done, and today's sums.
import QtQuick
import QtQuick.Shapes
import Evidock

Rectangle {
    id: tile

    required property StationModel station

    border.color: Tokens.line
    border.width: Tokens.hair
    color: Tokens.surface
    radius: Tokens.r14

    Column {
        anchors.left: parent.left
        anchors.leftMargin: Tokens.s16
        anchors.right: line.left
        anchors.rightMargin: Tokens.s8
        anchors.verticalCenter: parent.verticalCenter

        Row {
            spacing: Tokens.s8

            Words {
                id: rate

                font.pixelSize: Tokens.headline
                font.weight: Tokens.bold
                text: tile.station.rate
            }

            Words {
                anchors.baseline: rate.baseline
                color: Tokens.text2
                font.pixelSize: Tokens.caption
                text: "MB/s"
            }
        }

        Words {
            color: Tokens.text2
            font.pixelSize: Tokens.caption
            text: tile.station.finish
            width: parent.width
        }

        Words {
            color: Tokens.text2
            font.pixelSize: Tokens.caption
            text: tile.station.today
            width: parent.width
        }
    }

    Shape {
        id: line

        anchors.right: parent.right
        anchors.rightMargin: Tokens.s16
        anchors.verticalCenter: parent.verticalCenter
        height: Tokens.sparkh
        width: Tokens.sparkw

        ShapePath {
            capStyle: ShapePath.RoundCap
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin
            strokeColor: Tokens.fills[1]
            strokeWidth: Tokens.firm

            PathPolyline { path: tile.station.trend }
        }
    }
}
