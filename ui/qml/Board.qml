// The leader's board: the day's numbers, who has brought a recorder home, and what to look through.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

Item {
    id: screen

    required property Kiosk kiosk
    readonly property BoardModel board: kiosk.behind.squad
    readonly property BindingModel giving: board.giving
    readonly property bool upright: height > width

    objectName: "board"

    ColumnLayout {
        anchors.bottomMargin: Tokens.s8
        anchors.fill: parent
        anchors.leftMargin: Tokens.s24
        anchors.rightMargin: Tokens.s24
        anchors.topMargin: Tokens.s16
        spacing: Tokens.s16

        GridLayout {
            Layout.fillWidth: true
            columnSpacing: Tokens.s8
            columns: screen.width < Tokens.roomy ? 4 : 7
            rowSpacing: Tokens.s8
            uniformCellWidths: true

            Repeater {
                model: screen.board.tiles

                BoardTile {
                    required property var modelData

                    Layout.fillWidth: true
                    count: modelData.count
                    leads: modelData.leads
                    objectName: "tile_" + modelData.name
                    status: modelData.status
                    word: modelData.word

                    onChosen: screen.board.drill(modelData.name)
                }
            }
        }

        GridLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            columnSpacing: Tokens.s24
            columns: screen.upright ? 1 : 2
            rowSpacing: Tokens.s16
            uniformCellWidths: true

            BoardList {
                Layout.fillHeight: true
                Layout.fillWidth: true
                heading: qsTr("今天的队伍")
                model: screen.board.roster
                objectName: "roster"

                row: Component {
                    BoardRow {
                        required property var modelData
                        required property int index

                        detail: modelData.brought
                        icon: modelData.icon
                        lead: modelData.name
                        objectName: "person" + index
                        status: modelData.status
                        width: ListView.view.width
                        word: modelData.word

                        onChosen: screen.board.drill(modelData.badge)
                    }
                }
            }

            BoardList {
                Layout.fillHeight: true
                Layout.fillWidth: true
                heading: qsTr("抽查")
                model: screen.board.drawn
                note: screen.board.why
                objectName: "review"

                row: Component {
                    BoardRow {
                        required property var modelData
                        required property int index

                        detail: modelData.detail
                        lead: modelData.title
                        objectName: "drawn" + index
                        width: ListView.view.width

                        onChosen: screen.board.look_into(modelData.clip)
                    }
                }
            }
        }

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s16
            visible: screen.giving.allowed

            ActionButton {
                icon: "device-cctv"
                objectName: "bindRecorder"
                word: qsTr("绑定记录仪")

                onChosen: screen.giving.begin()
            }

            Words {
                Layout.fillWidth: true
                color: Tokens.text2
                objectName: "bindNote"
                text: screen.giving.note
                wrapMode: Text.Wrap
            }
        }
    }

    OptionPicker {
        anchors.fill: parent
        heading: screen.giving.heading
        narrowed: screen.giving.narrowed
        objectName: "bindPicker"
        options: screen.giving.options
        visible: screen.giving.open

        onChosen: value => screen.giving.choose(value)
        onClosed: screen.giving.close()
        onErased: screen.giving.erase()
        onTyped: character => screen.giving.type_in(character)
    }
}
