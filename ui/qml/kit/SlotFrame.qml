// One slot on the wall: its roles and the frame around whatever its inside is.
import QtQuick
import QtQuick.Shapes
import Evidock

Pressable {
    id: frame

    required property int slot
    required property string number
    required property int status
    required property string figure
    required property string sign
    required property string icon
    required property string word
    required property bool live
    required property bool hot
    required property string headline
    required property string serial
    required property string note
    required property int percent
    required property real progress
    required property string tally
    required property string tail
    required property int battery
    required property bool weak
    required property string spoken
    required property bool mine
    property bool compact: false
    readonly property bool empty: figure === "plug"
    readonly property bool tinted: hot || figure === "disc"

    border.color: activeFocus || mine ? Tokens.accent : hot ? Tokens.fills[status] : Tokens.line
    border.width: empty && !activeFocus ? 0 : mine ? Tokens.strong : hot || activeFocus ? Tokens.firm : Tokens.hair
    face: empty ? Tokens.sunken : tinted ? Tokens.softs[status] : Tokens.surface
    name: spoken
    objectName: "slot" + slot

    Shape {
        anchors.fill: parent
        visible: frame.empty

        ShapePath {
            dashPattern: [4, 3]
            fillColor: "transparent"
            strokeColor: Tokens.edge
            strokeStyle: ShapePath.DashLine
            strokeWidth: Tokens.thin

            PathRectangle {
                height: frame.height - 2 * y
                radius: Tokens.r14
                width: frame.width - 2 * x
                x: Tokens.hair
                y: Tokens.hair
            }
        }
    }
}
