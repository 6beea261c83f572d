// A list of the board under its heading, with what is to be known of it.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

ColumnLayout {
    id: part

    required property string heading
    property string note: ""
    property alias model: list.model
    required property Component row

    spacing: Tokens.s8

    Words {
        Layout.fillWidth: true
        font.pixelSize: Tokens.label
        font.weight: Tokens.bold
        text: part.heading
    }

    Words {
        Layout.fillWidth: true
        color: Tokens.text2
        font.pixelSize: Tokens.caption
        text: part.note
        visible: text !== ""
        wrapMode: Text.Wrap
    }

    ListView {
        id: list

        Layout.fillHeight: true
        Layout.fillWidth: true
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        delegate: part.row
        spacing: Tokens.s8
    }
}
