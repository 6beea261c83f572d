// A clip of which two people said different cases: who may, says which holds.
import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: doubt

    required property int number
    required property string word
    required property bool allowed

    signal confirmed
    signal refused

    color: Tokens.softs[4]
    implicitHeight: row.implicitHeight + Tokens.s16
    objectName: "caseDoubt" + number
    radius: Tokens.r14

    RowLayout {
        id: row

        anchors.left: parent.left
        anchors.margins: Tokens.s12
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Tokens.s12

        Glyph {
            name: "hand-stop"
            tone: Tokens.inks[4]
        }

        Words {
            Layout.fillWidth: true
            color: Tokens.inks[4]
            text: doubt.word
            wrapMode: Text.Wrap
        }

        ActionButton {
            objectName: "doubtYes" + doubt.number
            visible: doubt.allowed
            word: qsTr("属于本案")

            onChosen: doubt.confirmed()
        }

        ActionButton {
            objectName: "doubtNo" + doubt.number
            visible: doubt.allowed
            word: qsTr("不属于本案")

            onChosen: doubt.refused()
        }
    }
}
