// The whole screen: brand bar, the way around, and below them the screen people went to.
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
            visible: main.kiosk.screen === "wall" && !main.kiosk.sight.open && !main.stopped
        }

        Loader {
            id: stage

            readonly property string page: main.kiosk.page

            anchors.fill: parent
            visible: !main.kiosk.sight.open && !main.stopped

            onPageChanged: page === "" ? stage.source = "" : stage.setSource(page + ".qml", {
                    "kiosk": main.kiosk
                })
        }

        Loader {
            active: main.kiosk.sight.open
            anchors.fill: parent
            visible: !main.stopped

            sourceComponent: Preview {
                kiosk: main.kiosk
                objectName: "preview"
            }
        }

        Loader {
            active: main.stopped
            anchors.fill: parent

            sourceComponent: Stopped { objectName: "stopped" }
        }
    }

    Loader {
        active: main.kiosk.watch.resting
        anchors.fill: parent

        sourceComponent: Resting {
            kiosk: main.kiosk
            objectName: "resting"
        }
    }
}
