// The wall: which recorder is done, which needs a hand, and when all is finished.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

Item {
    id: wall

    required property Kiosk kiosk
    readonly property StationModel station: kiosk.frame
    readonly property bool roomy: width > Tokens.roomy
    readonly property bool low: height < Tokens.lowwall

    ColumnLayout {
        anchors.bottomMargin: Tokens.s8
        anchors.fill: parent
        anchors.leftMargin: Tokens.s24
        anchors.rightMargin: Tokens.s24
        anchors.topMargin: wall.low ? Tokens.s12 : Tokens.s24
        spacing: wall.low ? Tokens.s8 : Tokens.s16

        Alarm {
            Layout.fillWidth: true
            mend: wall.station.mend
            objectName: "alarm"
            reason: wall.station.reason
            title: wall.station.title
            visible: wall.station.alarm
        }

        RowLayout {
            Layout.fillWidth: true
            Layout.maximumHeight: wall.roomy ? Tokens.tile : Tokens.tilelow
            Layout.minimumHeight: Layout.maximumHeight
            spacing: Tokens.gap

            Repeater {
                model: wall.station.counters

                CounterTile {
                    required property var modelData

                    Layout.fillHeight: true
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    count: modelData.count
                    icon: modelData.icon
                    loud: modelData.loud
                    low: !wall.roomy
                    status: modelData.status
                    word: modelData.word
                }
            }

            TrendTile {
                Layout.fillHeight: true
                Layout.preferredWidth: Tokens.trend
                objectName: "trend"
                station: wall.station
                visible: wall.roomy
            }
        }

        SumStrip {
            Layout.fillWidth: true
            objectName: "strip"
            station: wall.station
            visible: !wall.roomy
        }

        GridView {
            id: grid

            readonly property real across: width
            readonly property int columns: wall.kiosk.columns(across, height, count)
            readonly property bool compact: wall.kiosk.compact(across, height, count)

            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.rightMargin: -Tokens.gap
            boundsBehavior: Flickable.StopAtBounds
            cacheBuffer: Tokens.ahead
            cellHeight: Math.floor(wall.kiosk.cell_height(across, height, count))
            cellWidth: Math.floor(across / columns)
            clip: true
            model: wall.kiosk.wall
            objectName: "grid"

            delegate: SlotCard {
                compact: grid.compact
                height: grid.cellHeight - Tokens.gap
                width: grid.cellWidth - Tokens.gap

                onChosen: wall.kiosk.open_slot(slot)
            }
        }
    }

    Words {
        anchors.centerIn: parent
        color: Tokens.text2
        font.pixelSize: Tokens.title
        objectName: "noSlots"
        text: wall.kiosk.reached === "up" ? qsTr("还没有采集口接入") : qsTr("正在连接采集程序…")
        visible: grid.count === 0
    }
}
