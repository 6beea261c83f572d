// The cases: find one among them, and everything that belongs to it on one page.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

FocusScope {
    id: screen

    required property Kiosk kiosk
    readonly property CasebookModel book: kiosk.behind.cases

    focus: true
    objectName: "casebook"

    ColumnLayout {
        anchors.bottomMargin: Tokens.s8
        anchors.fill: parent
        anchors.leftMargin: Tokens.s24
        anchors.rightMargin: Tokens.s24
        anchors.topMargin: Tokens.s16
        spacing: Tokens.s12
        visible: !screen.book.open.shown

        CaseSearch {
            Layout.fillWidth: true
            book: screen.book
        }

        ListView {
            id: list

            Layout.fillHeight: true
            Layout.fillWidth: true
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            model: screen.book.rows
            objectName: "cases"
            spacing: Tokens.s8

            delegate: BoardRow {
                required property int index
                required property string subject
                required status
                required icon
                required word

                objectName: "case" + index
                width: list.width

                onChosen: screen.book.open_case(subject)
            }

            Words {
                anchors.centerIn: parent
                color: Tokens.text2
                font.pixelSize: Tokens.label
                horizontalAlignment: Text.AlignHCenter
                objectName: "noCases"
                text: qsTr("没有找到案件")
                visible: screen.book.empty
                width: parent.width
                wrapMode: Text.Wrap
            }
        }

        LettersPad {
            Layout.fillWidth: true
            visible: screen.book.typing

            onErased: screen.book.erase()
            onTyped: character => screen.book.type_in(character)
        }
    }

    Loader {
        active: screen.book.open.shown
        anchors.fill: parent

        sourceComponent: CaseView {
            page: screen.book.open
        }
    }
}
