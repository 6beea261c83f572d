// One clip as a line: its picture, what it is, whose, and how it stands.
import QtQuick
import Evidock

Rectangle {
    id: line

    required property int index
    required property bool known
    required property string title
    required property string detail
    required property string fact
    required property string length
    required property string kind
    required property int status
    required property string icon
    required property string word
    required property string signs
    required property string picture
    required property string spoken
    required property bool footage
    required property bool picked
    readonly property bool framed: picked || ListView.isCurrentItem && ListView.view.activeFocus

    signal chosen
    signal toggled

    Accessible.name: spoken
    Accessible.role: Accessible.Button
    border.color: framed ? Tokens.accent : Tokens.line
    border.width: framed ? Tokens.firm : Tokens.hair
    color: tap.pressed || picked ? Tokens.tint : Tokens.surface
    implicitHeight: Tokens.rowhigh
    objectName: known ? "line" + index : ""
    radius: Tokens.r14

    Accessible.onPressAction: chosen()

    TapHandler {
        id: tap

        gesturePolicy: TapHandler.ReleaseWithinBounds

        onLongPressed: line.toggled()
        onTapped: line.chosen()
    }

    PickMark {
        id: check

        anchors.verticalCenter: parent.verticalCenter
        objectName: "pick" + line.index
        picked: line.picked
        title: line.title
        visible: line.known

        onChosen: line.toggled()
    }

    ClipPicture {
        id: frame

        anchors.left: check.right
        anchors.verticalCenter: parent.verticalCenter
        height: Tokens.thumbh
        kind: line.kind
        length: ""
        picture: line.picture
        signs: ""
        width: Tokens.thumbw
    }

    Column {
        anchors.left: frame.right
        anchors.leftMargin: Tokens.s16
        anchors.right: signs.left
        anchors.rightMargin: Tokens.s12
        anchors.verticalCenter: parent.verticalCenter

        Words {
            elide: Text.ElideMiddle
            font.weight: Tokens.medium
            text: line.title
            width: parent.width
        }

        Words {
            color: Tokens.text2
            elide: Text.ElideMiddle
            font.pixelSize: Tokens.caption
            text: line.length === "" ? line.detail : line.detail + " · " + line.length
            width: parent.width
        }

        Words {
            color: Tokens.text2
            elide: Text.ElideMiddle
            font.pixelSize: Tokens.caption
            text: line.fact
            width: parent.width
        }
    }

    SignRow {
        id: signs

        anchors.right: pill.left
        anchors.rightMargin: Tokens.s12
        anchors.verticalCenter: parent.verticalCenter
        signs: line.signs
        tone: Tokens.text2
    }

    Pill {
        id: pill

        anchors.right: parent.right
        anchors.rightMargin: Tokens.s12
        anchors.verticalCenter: parent.verticalCenter
        color: Tokens.softs[line.status]
        icon: line.icon
        room: line.width / 3
        status: line.status
        visible: line.word !== ""
        word: line.word
    }
}
