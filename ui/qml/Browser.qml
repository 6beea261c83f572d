// The evidence browser: find any of a hundred thousand clips that one may see.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

FocusScope {
    id: screen

    required property Kiosk kiosk
    readonly property BrowserModel browser: kiosk.behind.finder
    readonly property FindingModel find: browser.find
    readonly property BulkModel bulk: browser.bulk

    focus: true
    objectName: "browser"

    ColumnLayout {
        anchors.bottomMargin: Tokens.s8
        anchors.fill: parent
        anchors.leftMargin: Tokens.s24
        anchors.rightMargin: Tokens.s24
        anchors.topMargin: Tokens.s16
        spacing: Tokens.s12

        FilterBar {
            Layout.fillWidth: true
            browser: screen.browser
        }

        Loader {
            Layout.fillHeight: true
            Layout.fillWidth: true
            focus: true
            sourceComponent: screen.browser.lines ? lines : pictures
        }

        PickBar {
            Layout.fillWidth: true
            browser: screen.browser
            objectName: "pickBar"
            visible: screen.bulk.some || screen.bulk.note !== ""
        }
    }

    Words {
        anchors.centerIn: parent
        color: Tokens.text2
        font.pixelSize: Tokens.label
        objectName: "noClips"
        text: qsTr("没有找到录像")
        visible: screen.browser.empty
    }

    Component {
        id: pictures

        CardGrid {
            browser: screen.browser
            focus: true
        }
    }

    Component {
        id: lines

        CardList {
            browser: screen.browser
            focus: true
        }
    }

    OptionPicker {
        anchors.fill: parent
        clearable: true
        heading: screen.find.heading
        narrowed: screen.find.narrowed
        objectName: "filterPicker"
        options: screen.find.options
        visible: screen.find.listing !== ""

        onChosen: value => screen.find.choose(value)
        onCleared: screen.find.drop(screen.find.listing)
        onClosed: screen.find.open_list("")
        onErased: screen.find.erase()
        onTyped: character => screen.find.type_in(character)
    }

    OptionPicker {
        anchors.fill: parent
        heading: screen.bulk.heading
        narrowed: screen.bulk.narrowed
        objectName: "bulkPicker"
        options: screen.bulk.options
        visible: screen.bulk.listing !== ""

        onChosen: value => screen.bulk.choose(value)
        onClosed: screen.bulk.begin("")
        onErased: screen.bulk.erase()
        onTyped: character => screen.bulk.type_in(character)
    }
}
