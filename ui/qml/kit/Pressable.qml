// Anything a finger may press: a touch target with a name, a focus line and an answer to the press.
import QtQuick
import Evidock

Rectangle {
    id: pressable

    required property string name
    property color face: "transparent"
    readonly property bool down: tap.pressed

    signal chosen

    Accessible.focusable: true
    Accessible.name: name
    Accessible.role: Accessible.Button
    activeFocusOnTab: true
    border.color: Tokens.accent
    border.width: activeFocus ? Tokens.firm : 0
    color: down ? Tokens.tint : face
    implicitHeight: Tokens.touch
    implicitWidth: Tokens.touch
    radius: Tokens.r14

    Accessible.onPressAction: chosen()
    Keys.onReturnPressed: chosen()
    Keys.onSpacePressed: chosen()

    TapHandler {
        id: tap

        gesturePolicy: TapHandler.ReleaseWithinBounds

        onTapped: pressable.chosen()
    }
}
