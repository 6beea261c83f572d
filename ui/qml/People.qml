// The people's room: everybody and how it stands with the way in, one of them, a list to import.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

Item {
    id: screen

    required property Kiosk kiosk
    readonly property PeopleModel people: kiosk.behind.directory
    readonly property bool upright: height > width
    readonly property bool sided: people.opened || people.lists.is_open

    objectName: "people"

    ColumnLayout {
        anchors.bottomMargin: Tokens.s8
        anchors.fill: parent
        anchors.leftMargin: Tokens.s24
        anchors.rightMargin: Tokens.s24
        anchors.topMargin: Tokens.s16
        spacing: Tokens.s12

        Flow {
            Layout.fillWidth: true
            spacing: Tokens.s8

            FilterChip {
                glyph: "building"
                held: screen.people.narrowed
                objectName: "peopleUnit"
                word: screen.people.unit

                onChosen: screen.people.choose_unit()
            }

            ActionButton {
                icon: "search"
                objectName: "peopleFind"
                word: qsTr("查找")

                onChosen: screen.people.find()
            }

            ActionButton {
                icon: "file-text"
                objectName: "peopleImport"
                word: qsTr("导入名单")

                onChosen: screen.people.lists.begin()
            }
        }

        Alarm {
            Layout.fillWidth: true
            mend: screen.people.mend
            objectName: "peopleTrouble"
            reason: ""
            status: 4
            title: screen.people.trouble
            visible: title !== ""
        }

        RowLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            spacing: Tokens.s24

            ListView {
                Layout.fillHeight: true
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                boundsBehavior: Flickable.StopAtBounds
                clip: true
                model: screen.people.rows
                objectName: "officers"
                spacing: Tokens.s8
                visible: !screen.upright || !screen.sided

                delegate: BoardRow {
                    required property var modelData
                    required property int index

                    detail: modelData.detail
                    icon: modelData.icon
                    lead: modelData.lead
                    objectName: "officer" + index
                    status: modelData.status
                    width: ListView.view.width
                    word: modelData.word

                    onChosen: screen.people.open_person(modelData.badge)
                }
            }

            PersonSheet {
                Layout.fillHeight: true
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                people: screen.people
                visible: screen.people.opened
            }

            RosterSheet {
                Layout.fillHeight: true
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                lists: screen.people.lists
                visible: screen.people.lists.is_open
            }
        }
    }

    PickSheet {
        anchors.fill: parent
        pick: screen.people.picker
    }

    PadSheet {
        anchors.fill: parent
        pad: screen.people.keys
    }
}
