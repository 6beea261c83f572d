// One case: what is known of it, and its clips on one time line and in a list.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

Item {
    id: view

    required property CasePageModel page
    readonly property bool upright: height > width

    objectName: "casePage"

    ColumnLayout {
        anchors.bottomMargin: Tokens.s8
        anchors.fill: parent
        anchors.leftMargin: Tokens.s24
        anchors.rightMargin: Tokens.s24
        anchors.topMargin: Tokens.s16
        spacing: Tokens.s12

        CaseHead {
            Layout.fillWidth: true
            page: view.page
        }

        GridLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            columnSpacing: Tokens.s16
            columns: view.upright ? 1 : 2
            rowSpacing: Tokens.s12

            CaseFacts {
                Layout.fillHeight: !view.upright
                Layout.fillWidth: view.upright
                Layout.maximumHeight: view.upright ? Math.min(implicitHeight, view.height / 4) : view.height
                Layout.preferredHeight: implicitHeight
                Layout.preferredWidth: view.upright ? view.width : Math.min(Tokens.panel, view.width / 4)
                page: view.page
            }

            ColumnLayout {
                Layout.fillHeight: true
                Layout.fillWidth: true
                spacing: Tokens.s12

                CaseTimes {
                    Layout.fillWidth: true
                    Layout.maximumHeight: view.height / 3
                    line: view.page.line
                    visible: line.count > 0
                }

                CaseClips {
                    Layout.fillHeight: true
                    Layout.fillWidth: true
                    page: view.page
                    visible: !view.page.ways.shown
                }

                Loader {
                    Layout.fillHeight: true
                    Layout.fillWidth: true
                    active: view.page.ways.shown
                    visible: active

                    sourceComponent: MapPane {
                        way: view.page.ways
                    }
                }
            }
        }
    }
}
