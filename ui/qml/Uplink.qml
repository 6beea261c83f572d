// Delivery to the centre: how it stands, what waits and will be late, the others, the store's abilities.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

Item {
    id: screen

    required property Kiosk kiosk
    readonly property UplinkModel uplink: kiosk.behind.uplink
    readonly property bool upright: height > width

    objectName: "uplink"

    ColumnLayout {
        anchors.bottomMargin: Tokens.s8
        anchors.fill: parent
        anchors.leftMargin: Tokens.s24
        anchors.rightMargin: Tokens.s24
        anchors.topMargin: Tokens.s16
        spacing: Tokens.s12
        visible: screen.uplink.known

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s16

            ColumnLayout {
                Layout.fillWidth: true
                spacing: Tokens.s4

                Pill {
                    color: Tokens.softs[screen.uplink.state.status]
                    icon: screen.uplink.state.icon
                    objectName: "uplinkState"
                    room: parent.width
                    size: Tokens.body
                    status: screen.uplink.state.status
                    word: screen.uplink.state.word
                }

                Words {
                    Layout.fillWidth: true
                    color: Tokens.text2
                    objectName: "uplinkStore"
                    text: screen.uplink.state.store
                    visible: text !== ""
                    wrapMode: Text.WrapAnywhere
                }

                Words {
                    Layout.fillWidth: true
                    color: Tokens.text2
                    font.pixelSize: Tokens.caption
                    objectName: "uplinkRules"
                    text: screen.uplink.rules
                    visible: text !== ""
                    wrapMode: Text.Wrap
                }
            }

            ActionButton {
                icon: screen.uplink.paused ? "player-play" : "player-pause"
                objectName: "uplinkPause"
                visible: screen.uplink.steers
                word: screen.uplink.paused ? qsTr("继续上传") : qsTr("暂停上传")

                onChosen: screen.uplink.pause()
            }
        }

        Words {
            Layout.fillWidth: true
            objectName: "uplinkNote"
            text: screen.uplink.note
            visible: text !== ""
            wrapMode: Text.Wrap
        }

        GridLayout {
            Layout.fillWidth: true
            columnSpacing: Tokens.s8
            columns: screen.width < Tokens.roomy ? 4 : 7
            rowSpacing: Tokens.s8
            uniformCellWidths: true

            Repeater {
                model: screen.uplink.tiles

                BoardTile {
                    required property var modelData

                    Layout.fillWidth: true
                    count: modelData.count
                    objectName: "uplinkTile_" + modelData.name
                    status: modelData.status
                    word: modelData.word
                }
            }
        }

        GridLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            columnSpacing: Tokens.s16
            columns: screen.upright ? 1 : 3
            rowSpacing: Tokens.s12
            uniformCellHeights: true
            uniformCellWidths: true

            BoardList {
                Layout.fillHeight: true
                Layout.fillWidth: true
                heading: qsTr("将会迟到")
                model: screen.uplink.late
                note: screen.uplink.late_note
                objectName: "uplinkLate"

                row: Component {
                    BoardRow {
                        required property var modelData
                        required property int index

                        detail: ""
                        icon: "clock"
                        lead: modelData.lead
                        objectName: "late" + index
                        status: 4
                        width: ListView.view.width
                        word: modelData.word

                        onChosen: screen.uplink.send_first(modelData.clip)
                    }
                }
            }

            BoardList {
                Layout.fillHeight: true
                Layout.fillWidth: true
                heading: qsTr("平台与案件来源")
                model: screen.uplink.others
                note: screen.uplink.others.length === 0 ? qsTr("没有设置。") : ""
                objectName: "uplinkOthers"

                row: Component {
                    UplinkRow {
                        required property var modelData
                        required property int index

                        detail: modelData.detail
                        icon: modelData.icon
                        lead: modelData.lead
                        objectName: "other" + index
                        status: modelData.status
                        width: ListView.view.width
                        word: modelData.word
                    }
                }
            }

            BoardList {
                Layout.fillHeight: true
                Layout.fillWidth: true
                heading: qsTr("中心库能做什么")
                model: screen.uplink.findings
                note: screen.uplink.findings_note
                objectName: "uplinkFindings"

                row: Component {
                    UplinkRow {
                        required property var modelData
                        required property int index

                        detail: ""
                        icon: modelData.icon
                        lead: modelData.lead
                        objectName: "finding" + index
                        status: modelData.status
                        width: ListView.view.width
                        word: modelData.word
                    }
                }
            }
        }
    }
}
