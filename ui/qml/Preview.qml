// One clip, looked into: its picture with the viewer's name over it, its time line, and what can be done.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

Rectangle {
    id: screen

    required property Kiosk kiosk
    readonly property PreviewModel sight: kiosk.sight
    readonly property DeckModel deck: sight.shown

    color: Tokens.canvas

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Tokens.s16
        spacing: Tokens.s12

        PreviewHead {
            Layout.fillWidth: true
            sight: screen.sight
        }

        Alarm {
            Layout.fillWidth: true
            icon: screen.deck.alarm ? "alert-octagon" : "info-circle"
            mend: screen.deck.mend
            objectName: "previewTrouble"
            reason: screen.deck.reason
            status: screen.deck.alarm ? 5 : 4
            title: screen.deck.title
            visible: title !== ""
        }

        GridLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            columnSpacing: Tokens.s12
            columns: screen.height > screen.width ? 1 : 2
            rowSpacing: Tokens.s12

            PreviewStage {
                Layout.fillHeight: true
                Layout.fillWidth: true
                Layout.preferredHeight: 1
                Layout.preferredWidth: 1
                sight: screen.sight
            }

            Loader {
                Layout.fillHeight: true
                Layout.fillWidth: true
                Layout.preferredHeight: 1
                Layout.preferredWidth: 1
                active: screen.sight.ways.shown
                visible: active

                sourceComponent: MapPane {
                    way: screen.sight.ways
                }
            }
        }

        PreviewLine {
            Layout.fillWidth: true
            sight: screen.sight
        }

        PreviewKeys {
            Layout.fillWidth: true
            sight: screen.sight
        }
    }
}
