// A clip's small picture, or its kind while there is none, with its signs and its length.
import QtQuick
import Evidock

Rectangle {
    id: frame

    required property string picture
    required property string kind
    required property string length
    required property string signs

    color: Tokens.sunken
    radius: Tokens.r6

    Glyph {
        anchors.centerIn: parent
        name: frame.kind
        size: Tokens.icon44
        tone: Tokens.text3
        visible: image.status !== Image.Ready
    }

    Image {
        id: image

        anchors.fill: parent
        asynchronous: true
        fillMode: Image.PreserveAspectFit
        source: frame.picture
    }

    Rectangle {
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.margins: Tokens.s4
        color: Tokens.stage
        height: Tokens.pill
        opacity: Tokens.shade
        radius: Tokens.r6
        visible: frame.signs !== ""
        width: row.width + Tokens.s12
    }

    SignRow {
        id: row

        anchors.bottom: parent.bottom
        anchors.bottomMargin: Tokens.s4 + (Tokens.pill - Tokens.icon18) / 2
        anchors.left: parent.left
        anchors.leftMargin: Tokens.s4 + Tokens.s8 - Tokens.s2
        signs: frame.signs
        tone: Tokens.onstage
    }

    Rectangle {
        anchors.bottom: parent.bottom
        anchors.margins: Tokens.s4
        anchors.right: parent.right
        color: Tokens.stage
        height: Tokens.pill
        opacity: Tokens.shade
        radius: Tokens.r6
        visible: frame.length !== ""
        width: length.implicitWidth + Tokens.s12
    }

    Words {
        id: length

        anchors.bottom: parent.bottom
        anchors.margins: Tokens.s4
        anchors.right: parent.right
        anchors.rightMargin: Tokens.s4 + Tokens.s8 - Tokens.s2
        color: Tokens.onstage
        font.pixelSize: Tokens.caption
        height: Tokens.pill
        text: frame.length
    }
}
