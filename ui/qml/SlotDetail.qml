// One slot in full: what was taken in, is anything missing, is the clock right, may I go.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

Item {
    id: screen

    required property Kiosk kiosk
    readonly property SlotDetailModel bay: kiosk.bay
    readonly property bool upright: height > width

    objectName: "detail"

    GridLayout {
        anchors.fill: parent
        anchors.margins: Tokens.s24
        columnSpacing: Tokens.s24
        columns: screen.upright || screen.bay.empty ? 1 : 2
        rowSpacing: Tokens.s16

        DetailHead {
            Layout.columnSpan: parent.columns
            Layout.fillWidth: true
            bay: screen.bay

            onReturned: screen.kiosk.back()
        }

        DetailPanel {
            Layout.alignment: Qt.AlignTop
            Layout.fillWidth: screen.upright
            Layout.preferredHeight: implicitHeight
            Layout.preferredWidth: Tokens.panel
            bay: screen.bay
            visible: !screen.bay.empty
        }

        DetailFiles {
            Layout.fillHeight: true
            Layout.fillWidth: true
            bay: screen.bay

            onOpened: clip => screen.kiosk.open_clip(clip)
        }
    }
}
