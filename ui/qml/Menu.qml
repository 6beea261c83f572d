// Every room of whoever is signed in, as tiles: where people without a shift of their own arrive.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

Item {
    id: screen

    required property Kiosk kiosk

    objectName: "menu"

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Tokens.s24
        spacing: Tokens.s24

        HomeHead {
            Layout.fillWidth: true
            kiosk: screen.kiosk
        }

        Words {
            Layout.fillWidth: true
            color: Tokens.text2
            font.pixelSize: Tokens.label
            objectName: "noRooms"
            text: qsTr("这块屏幕上还没有您的角色可用的页面。")
            visible: screen.kiosk.behind.entries.length === 0
            wrapMode: Text.Wrap
        }

        Flickable {
            Layout.fillHeight: true
            Layout.fillWidth: true
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            contentHeight: tiles.implicitHeight
            contentWidth: width

            GridLayout {
                id: tiles

                columnSpacing: Tokens.s16
                columns: Math.max(1, Math.floor(width / Tokens.panel))
                rowSpacing: Tokens.s16
                uniformCellWidths: true
                width: parent.width

                Repeater {
                    model: screen.kiosk.behind.entries

                    RoomTile {
                        required property var modelData

                        Layout.fillHeight: true
                        Layout.fillWidth: true
                        glyph: modelData.glyph
                        name: modelData.word
                        objectName: "room_" + modelData.place
                        purpose: modelData.purpose

                        onChosen: screen.kiosk.enter(modelData.place)
                    }
                }
            }
        }
    }
}
