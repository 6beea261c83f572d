// The way around: a rail at the left, or a bar at the bottom of an upright screen.
pragma ComponentBehavior: Bound

import QtQuick
import Evidock

Rectangle {
    id: nav

    required property Kiosk kiosk
    required property bool upright
    readonly property var entries: kiosk.behind.entries
    readonly property int spare: Math.floor((upright ? width / Tokens.navleast : (height - Tokens.s32) / (Tokens.navh + Tokens.s4)) - fixed)
    readonly property int shown: entries.length <= spare ? entries.length : spare - 1
    readonly property bool crowded: shown < entries.length
    readonly property real step: upright ? width / (fixed + shown + (crowded ? 1 : 0)) : Tokens.navh + Tokens.s4
    readonly property real along: upright ? width : height - Tokens.s8
    readonly property int fixed: 3 // wall, one's own, theme

    color: Tokens.surface

    Rectangle {
        color: Tokens.line
        height: nav.upright ? Tokens.hair : parent.height
        width: nav.upright ? parent.width : Tokens.hair
        x: nav.upright ? 0 : parent.width - width
    }

    NavButton {
        along: nav.along
        step: nav.step
        upright: nav.upright
        current: nav.kiosk.screen === "wall"
        glyph: "layout-grid"
        name: qsTr("采集")
        objectName: "navWall"
        visible: nav.kiosk.reached !== "down"

        onChosen: nav.kiosk.back()
    }

    Repeater {
        model: nav.entries.slice(0, nav.shown)

        NavButton {
            required property var modelData
            required property int index

            along: nav.along
            step: nav.step
            upright: nav.upright
            current: nav.kiosk.screen === modelData.place
            glyph: modelData.glyph
            name: modelData.word
            objectName: "nav_" + modelData.place
            place: index + 1
            visible: nav.kiosk.reached !== "down"

            onChosen: nav.kiosk.enter(modelData.place)
        }
    }

    NavButton {
        along: nav.along
        step: nav.step
        upright: nav.upright
        current: nav.kiosk.screen === "menu"
        glyph: "dots"
        name: qsTr("更多")
        objectName: "navMore"
        place: nav.shown + 1
        visible: nav.crowded && nav.kiosk.reached !== "down"

        onChosen: nav.kiosk.enter("menu")
    }

    NavButton {
        along: nav.along
        step: nav.step
        upright: nav.upright
        current: nav.kiosk.screen === "sign_in" || nav.kiosk.screen === "home" || nav.kiosk.screen === "receipt" || nav.kiosk.screen === "menu" && !nav.crowded
        fromEnd: 2
        glyph: nav.kiosk.guest.signed ? "id-badge-2" : "login"
        name: nav.kiosk.guest.signed ? qsTr("我的") : qsTr("登录")
        objectName: "navSignIn"
        visible: nav.kiosk.reached !== "down"

        onChosen: nav.kiosk.sign_in()
    }

    NavButton {
        along: nav.along
        step: nav.step
        upright: nav.upright
        fromEnd: 1
        glyph: nav.kiosk.dark ? "sun" : "moon"
        name: nav.kiosk.dark ? qsTr("浅色") : qsTr("深色")
        objectName: "themeSwitch"

        onChosen: nav.kiosk.switch_theme()
    }
}
