// Exporting a court pack, step by step: what, where to, why, for whom, the second person; how it goes.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

Item {
    id: screen

    required property Kiosk kiosk
    readonly property PackModel desk: kiosk.behind.packing

    objectName: "pack"

    ColumnLayout {
        anchors.bottomMargin: Tokens.s8
        anchors.fill: parent
        anchors.leftMargin: Tokens.s24
        anchors.rightMargin: Tokens.s24
        anchors.topMargin: Tokens.s16
        spacing: Tokens.s8

        Flow {
            Layout.fillWidth: true
            spacing: Tokens.s8
            visible: screen.desk.crumbs.length > 0

            Repeater {
                model: screen.desk.crumbs

                Pill {
                    required property var modelData

                    color: Tokens.softs[modelData.status]
                    icon: modelData.icon
                    room: Tokens.keypad
                    status: modelData.status
                    word: modelData.word
                }
            }
        }

        Words {
            Layout.fillWidth: true
            color: Tokens.text2
            objectName: "packNote"
            text: screen.desk.note
            visible: text !== "" && screen.desk.listing
            wrapMode: Text.Wrap
        }

        Loader {
            Layout.fillHeight: true
            Layout.fillWidth: true
            sourceComponent: screen.desk.listing ? choice : screen.desk.step === "second" ? second : screen.desk.step === "running" ? running : result
        }
    }

    Component {
        id: choice

        OptionPicker {
            bare: true
            first: screen.desk.first
            heading: screen.desk.heading
            letters: screen.desk.narrows
            narrowed: screen.desk.narrowed
            objectName: "packChoice"
            options: screen.desk.options

            onChosen: value => screen.desk.choose(value)
            onClosed: screen.desk.back()
            onErased: screen.desk.erase()
            onTyped: character => screen.desk.type_in(character)
        }
    }

    Component {
        id: second

        PackSecond {
            desk: screen.desk
            objectName: "packSecond"
        }
    }

    Component {
        id: running

        PackRunning {
            desk: screen.desk
            objectName: "packRunning"
        }
    }

    Component {
        id: result

        PackResult {
            desk: screen.desk
            objectName: "packResult"
        }
    }
}
