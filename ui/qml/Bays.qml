// Which USB port is which bay: plug a recorder into bay 1, 2, 3 …, and see the map grow.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

Item {
    id: screen

    required property Kiosk kiosk
    readonly property BaysModel lesson: kiosk.behind.bays
    readonly property bool upright: height > width

    objectName: "bays"

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Tokens.s24
        spacing: Tokens.s16

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s12

            Glyph {
                name: "layout-grid"
                size: Tokens.icon44
                tone: Tokens.accent
            }

            ColumnLayout {
                Layout.fillWidth: true
                spacing: Tokens.s2

                Words {
                    Layout.fillWidth: true
                    font.pixelSize: Tokens.title
                    font.weight: Tokens.bold
                    text: qsTr("采集口登记")
                }

                Words {
                    Layout.fillWidth: true
                    color: Tokens.text2
                    text: qsTr("哪个 USB 口是几号采集口")
                }
            }
        }

        Alarm {
            Layout.fillWidth: true
            mend: screen.lesson.mend
            objectName: "baysTrouble"
            reason: ""
            status: 4
            title: screen.lesson.trouble
            visible: title !== ""
        }

        GridLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            columnSpacing: Tokens.s24
            columns: screen.upright ? 1 : 2
            rowSpacing: Tokens.s16

            Flickable {
                Layout.fillHeight: !screen.upright
                Layout.fillWidth: true
                Layout.maximumWidth: screen.upright ? screen.width : Tokens.sheet
                Layout.preferredHeight: sheet.implicitHeight
                Layout.preferredWidth: 1
                boundsBehavior: Flickable.StopAtBounds
                clip: true
                contentHeight: sheet.implicitHeight
                contentWidth: width

                BayLesson {
                    id: sheet

                    lesson: screen.lesson
                    width: parent.width
                }
            }

            BayMap {
                Layout.fillHeight: true
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                lesson: screen.lesson
            }
        }
    }
}
