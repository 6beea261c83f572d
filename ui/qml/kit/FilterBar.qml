// The browser's question: what is typed, how many clips that finds, and the filters.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

ColumnLayout {
    id: bar

    required property BrowserModel browser
    readonly property FindingModel find: browser.find

    spacing: Tokens.s8

    RowLayout {
        Layout.fillWidth: true
        spacing: Tokens.s8

        SearchLine {
            Layout.fillWidth: true
            browser: bar.browser
        }

        ActionButton {
            icon: "x"
            objectName: "showAll"
            visible: bar.find.filtered
            word: qsTr("全部")

            onChosen: bar.find.drop_all()
        }

        IconKey {
            glyph: bar.browser.lines ? "layout-grid" : "list"
            name: bar.browser.lines ? qsTr("显示画面") : qsTr("显示列表")
            objectName: "switchView"

            onChosen: bar.browser.show_list(!bar.browser.lines)
        }
    }

    Flow {
        Layout.fillWidth: true
        spacing: Tokens.s8
        visible: !bar.find.typing

        Repeater {
            model: bar.find.bar

            FilterChip {
                required property var modelData

                glyph: modelData.glyph
                held: modelData.held
                objectName: "filter_" + modelData.name
                word: modelData.word

                onChosen: bar.find.open_list(modelData.name)
            }
        }
    }

    LettersPanel {
        Layout.fillWidth: true
        find: bar.find
        visible: bar.find.typing
    }
}
