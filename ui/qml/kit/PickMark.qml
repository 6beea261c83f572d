// Picks a clip, or puts it back.
import QtQuick
import Evidock

Pressable {
    id: check

    required property bool picked
    required property string title

    name: picked ? qsTr("取消选择 %1").arg(title) : qsTr("选择 %1").arg(title)

    Rectangle {
        anchors.centerIn: parent
        border.color: check.picked ? Tokens.accent : Tokens.edge
        border.width: Tokens.firm
        color: check.picked ? Tokens.accent : Tokens.surface
        height: Tokens.icon32
        opacity: check.picked ? Tokens.opaque : Tokens.faint
        radius: height / 2
        width: height

        Glyph {
            anchors.centerIn: parent
            name: check.picked ? "check" : ""
            size: Tokens.icon22
            stroke: Tokens.heavy
            tone: Tokens.onaccent
        }
    }
}
