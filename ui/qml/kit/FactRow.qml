// A name and its value on one line.
import QtQuick
import Evidock

Item {
    id: row

    required property string label
    required property string fact
    property bool loud: false

    implicitHeight: Tokens.strip
    visible: fact !== ""

    Words {
        id: name

        anchors.verticalCenter: parent.verticalCenter
        color: Tokens.text2
        text: row.label
    }

    Words {
        anchors.left: name.right
        anchors.leftMargin: Tokens.s12
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        color: row.loud ? Tokens.inks[4] : Tokens.text
        font.weight: Tokens.medium
        horizontalAlignment: Text.AlignRight
        text: row.fact
    }
}
