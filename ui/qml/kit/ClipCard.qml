// One clip as a card: its picture with length and signs, what it is, whose, and how it stands.
import QtQuick
import Evidock

Rectangle {
    id: card

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

    signal chosen
    signal toggled

    Accessible.name: spoken
    Accessible.role: Accessible.Button
    border.color: picked || GridView.isCurrentItem && GridView.view.activeFocus ? Tokens.accent : Tokens.line
    border.width: picked || GridView.isCurrentItem && GridView.view.activeFocus ? Tokens.firm : Tokens.hair
    color: tap.pressed || picked ? Tokens.tint : Tokens.surface
    objectName: known ? "card" + index : ""
    radius: Tokens.r14

    Accessible.onPressAction: chosen()

    TapHandler {
        id: tap

        gesturePolicy: TapHandler.ReleaseWithinBounds

        onLongPressed: card.toggled()
        onTapped: card.chosen()
    }

    ClipPicture {
        id: frame

        anchors.left: parent.left
        anchors.leftMargin: Tokens.s8
        anchors.right: parent.right
        anchors.rightMargin: Tokens.s8
        height: width * Tokens.wide
        kind: card.kind
        length: card.length
        picture: card.picture
        signs: card.signs
        y: Tokens.s8
    }

    Words {
        id: title

        anchors.left: frame.left
        anchors.leftMargin: Tokens.s4
        anchors.right: frame.right
        anchors.top: frame.bottom
        anchors.topMargin: Tokens.s4
        elide: Text.ElideMiddle
        font.weight: Tokens.medium
        height: Tokens.labelrow
        text: card.title
    }

    Words {
        id: detail

        anchors.left: title.left
        anchors.right: title.right
        anchors.top: title.bottom
        color: Tokens.text2
        font.pixelSize: Tokens.caption
        height: Tokens.captionrow
        text: card.detail
    }

    Words {
        anchors.left: title.left
        anchors.right: pill.left
        anchors.rightMargin: Tokens.s8
        anchors.verticalCenter: pill.verticalCenter
        color: Tokens.text2
        font.pixelSize: Tokens.caption
        text: card.fact
    }

    Pill {
        id: pill

        anchors.right: frame.right
        anchors.top: detail.bottom
        anchors.topMargin: Tokens.s4
        color: Tokens.softs[card.status]
        icon: card.icon
        room: card.width / 2
        status: card.status
        visible: card.word !== ""
        word: card.word
    }

    PickMark {
        objectName: "pick" + card.index
        picked: card.picked
        title: card.title
        visible: card.known

        onChosen: card.toggled()
    }
}
