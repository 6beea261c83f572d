// Shift end: what I brought, one question for each outing, and the button to hand in.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

Item {
    id: screen

    required property Kiosk kiosk
    readonly property VisitModel guest: kiosk.guest
    readonly property bool upright: height > width

    objectName: "home"

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Tokens.s24
        spacing: Tokens.s16

        HomeHead {
            Layout.fillWidth: true
            kiosk: screen.kiosk
        }

        Alarm {
            Layout.fillWidth: true
            mend: screen.guest.mend
            objectName: "homeTrouble"
            reason: ""
            status: 4
            title: screen.guest.trouble
            visible: title !== ""
        }

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s8
            visible: screen.guest.dockings.length > 1

            Repeater {
                model: screen.guest.dockings

                ActionButton {
                    required property var modelData
                    required property int index

                    filled: modelData.current
                    objectName: "docking" + index
                    word: modelData.title

                    onChosen: screen.guest.show_docking(index)
                }
            }
        }

        CoverageBar {
            Layout.fillWidth: true
            objectName: "coverage"
            shift: screen.guest.coverage
            visible: screen.guest.docked && shift.known
        }

        GridLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            columnSpacing: Tokens.s24
            columns: screen.upright ? 1 : 2
            rowSpacing: Tokens.s16
            visible: screen.guest.docked

            Flickable {
                Layout.fillHeight: !screen.upright
                Layout.fillWidth: true
                Layout.maximumWidth: screen.upright ? screen.width : Tokens.sheet
                Layout.preferredHeight: panel.implicitHeight
                Layout.preferredWidth: 1
                boundsBehavior: Flickable.StopAtBounds
                clip: true
                contentHeight: panel.implicitHeight
                contentWidth: width

                DockingPanel {
                    id: panel

                    guest: screen.guest
                    width: parent.width
                }
            }

            ColumnLayout {
                Layout.fillHeight: true
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                spacing: Tokens.s12

                ListView {
                    Layout.fillHeight: true
                    Layout.fillWidth: true
                    boundsBehavior: Flickable.StopAtBounds
                    cacheBuffer: Tokens.ahead
                    clip: true
                    model: screen.guest.questions
                    objectName: "questions"
                    spacing: Tokens.s12

                    delegate: QuestionCard {
                        width: ListView.view.width

                        onOther: screen.guest.ask_other(row)
                        onPostponed: screen.guest.say_later(row)
                        onUndone: screen.guest.take_back(row)
                        onYes: screen.guest.say_yes(row)
                    }
                }

                ActionButton {
                    Layout.fillWidth: true
                    filled: true
                    icon: "shield-check"
                    implicitHeight: Tokens.key
                    objectName: "handIn"
                    size: Tokens.title
                    wanted: screen.guest.over
                    word: screen.guest.handedwhen === "" ? qsTr("交接并取回执") : qsTr("再看一次回执")

                    onChosen: screen.guest.hand_in()
                }
            }
        }

        Advice {
            Layout.fillWidth: true
            icon: "plug-connected"
            lead: qsTr("没有找到您今天的记录仪")
            objectName: "nothingDocked"
            status: 1
            visible: !screen.guest.docked && screen.guest.known
            words: qsTr("把记录仪插入任意空闲采集口，采集会自动开始，并显示在这里。记录仪已插入但不在这里，说明它没有绑定到您，请队长绑定。")
        }

        Item {
            Layout.fillHeight: true
            visible: !screen.guest.docked
        }
    }

    CasePicker {
        anchors.fill: parent
        guest: screen.guest
        objectName: "casePicker"
        visible: screen.guest.choosing
    }

    GapPicker {
        anchors.fill: parent
        objectName: "gapPicker"
        shift: screen.guest.coverage
        visible: screen.guest.coverage.picking
    }
}
