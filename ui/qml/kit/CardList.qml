// The same clips, one a line.
pragma ComponentBehavior: Bound

import QtQuick
import Evidock

ListView {
    id: list

    required property BrowserModel browser

    boundsBehavior: Flickable.StopAtBounds
    cacheBuffer: Tokens.near
    clip: true
    model: browser.rows
    objectName: "lines"
    reuseItems: true
    spacing: Tokens.s8

    delegate: ClipLine {
        width: ListView.view.width

        onChosen: list.browser.look_into(index)
        onToggled: list.browser.toggle(index)
    }

    Keys.onReturnPressed: browser.look_into(currentIndex)
    Keys.onSpacePressed: browser.toggle(currentIndex)
}
