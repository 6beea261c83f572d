// A recorder's battery: shape, level and number.
import QtQuick
import Evidock

Row {
    id: battery

    required property int percent
    required property bool weak
    property int size: Tokens.caption
    readonly property color tone: weak ? Tokens.inks[Tokens.inks.length - 1] : Tokens.text3

    spacing: Tokens.s4

    Rectangle {
        anchors.verticalCenter: parent.verticalCenter
        border.color: battery.tone
        border.width: Tokens.thin
        color: "transparent"
        height: Tokens.s12
        radius: Tokens.s4
        width: Tokens.battery

        Rectangle {
            color: battery.tone
            height: parent.height - 2 * x
            radius: Tokens.hair
            width: (parent.width - 2 * x) * battery.percent / Tokens.whole
            x: Tokens.firm + Tokens.hair
            y: x
        }
    }

    Words {
        anchors.verticalCenter: parent.verticalCenter
        color: battery.weak ? battery.tone : Tokens.text2
        font.pixelSize: battery.size
        font.weight: Tokens.medium
        text: battery.percent
    }
}
