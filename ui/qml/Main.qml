// The whole screen: brand bar, the way around, and below them the wall, one slot, or why neither.
pragma ComponentBehavior: Bound

import QtQuick
import Evidock
import "kit"

Rectangle {
    id: main

    required property Kiosk kiosk
    readonly property bool upright: height > width
    readonly property bool stopped: kiosk.reached === "down"

    color: Tokens.canvas

    TopBar {
        id: top

        kiosk: main.kiosk
        width: parent.width
    }

    NavBar {
        id: nav

        height: main.upright ? Tokens.dock : main.height - top.height
        kiosk: main.kiosk
        upright: main.upright
        width: main.upright ? main.width : Tokens.rail
        y: main.upright ? main.height - height : top.height
    }

    Item {
        anchors.bottom: main.upright ? nav.top : main.bottom
        anchors.left: main.upright ? main.left : nav.right
        anchors.right: main.right
        anchors.top: top.bottom

        Wall {
            anchors.fill: parent
            kiosk: main.kiosk
            objectName: "wall"
            visible: !main.kiosk.detailed && !main.stopped
        }

        Loader {
            active: main.kiosk.detailed
            anchors.fill: parent
            visible: !main.stopped

            sourceComponent: SlotDetail {
                kiosk: main.kiosk
                objectName: "detail"
            }
        }

        Loader {
            active: main.stopped
            anchors.fill: parent

            sourceComponent: Stopped { objectName: "stopped" }
        }
    }
}
