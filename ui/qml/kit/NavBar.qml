// The way around: a rail at the left, or a bar at the bottom of an upright screen.
import QtQuick
import Evidock

Rectangle {
    id: nav

    required property Kiosk kiosk
    required property bool upright

    color: Tokens.surface

    Rectangle {
        color: Tokens.line
        height: nav.upright ? Tokens.hair : parent.height
        width: nav.upright ? parent.width : Tokens.hair
        x: nav.upright ? 0 : parent.width - width
    }

    NavButton {
        current: !nav.kiosk.detailed
        glyph: "layout-grid"
        height: nav.upright ? nav.height - 2 * y : implicitHeight
        name: qsTr("采集")
        objectName: "navWall"
        visible: nav.kiosk.reached !== "down"
        width: nav.upright ? nav.width / 2 - Tokens.s16 : implicitWidth
        x: nav.upright ? Tokens.s8 : (nav.width - width) / 2
        y: nav.upright ? Tokens.s4 : Tokens.s12

        onChosen: nav.kiosk.back()
    }

    NavButton {
        glyph: nav.kiosk.dark ? "sun" : "moon"
        height: nav.upright ? nav.height - 2 * y : implicitHeight
        name: nav.kiosk.dark ? qsTr("浅色") : qsTr("深色")
        objectName: "themeSwitch"
        width: nav.upright ? nav.width / 2 - Tokens.s16 : implicitWidth
        x: nav.upright ? nav.width - width - Tokens.s8 : (nav.width - width) / 2
        y: nav.upright ? Tokens.s4 : nav.height - height - Tokens.s12

        onChosen: nav.kiosk.switch_theme()
    }
}
