// Clips as cards with their pictures; blank ones are still being read.
pragma ComponentBehavior: Bound

import QtQuick
import Evidock

GridView {
    id: grid

    required property BrowserModel browser
    readonly property int columns: Math.max(1, Math.floor(width / Tokens.clipcard))

    boundsBehavior: Flickable.StopAtBounds
    cacheBuffer: Tokens.near
    cellHeight: Math.floor((cellWidth - Tokens.gap - 2 * Tokens.s8) * Tokens.wide + Tokens.clipwords)
    cellWidth: Math.floor(width / columns)
    clip: true
    keyNavigationEnabled: true
    model: browser.rows
    objectName: "cards"
    reuseItems: true

    delegate: ClipCard {
        height: grid.cellHeight - Tokens.gap
        width: grid.cellWidth - Tokens.gap

        onChosen: grid.browser.look_into(index)
        onToggled: grid.browser.toggle(index)
    }

    Keys.onReturnPressed: browser.look_into(currentIndex)
    Keys.onSpacePressed: browser.toggle(currentIndex)
}
