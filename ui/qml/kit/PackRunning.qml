// How far the station is with a pack, and the way to stop it.
import QtQuick
import QtQuick.Layouts
import Evidock

Item {
    id: screen

    required property PackModel desk

    ColumnLayout {
        anchors.centerIn: parent
        spacing: Tokens.s16
        width: Math.min(parent.width, Tokens.desk)

        StatusMark {
            Layout.alignment: Qt.AlignHCenter
            Layout.preferredHeight: Tokens.ringmost
            Layout.preferredWidth: Tokens.ringmost
            figure: "ring"
            large: true
            percent: screen.desk.percent
            progress: screen.desk.progress
            sign: ""
            status: 1
        }

        Words {
            Layout.fillWidth: true
            font.pixelSize: Tokens.headline
            font.weight: Tokens.bold
            horizontalAlignment: Text.AlignHCenter
            objectName: "packHeading"
            text: screen.desk.heading
            wrapMode: Text.Wrap
        }

        Words {
            Layout.fillWidth: true
            font.pixelSize: Tokens.label
            horizontalAlignment: Text.AlignHCenter
            text: screen.desk.amount
            visible: text !== ""
        }

        Words {
            Layout.fillWidth: true
            color: Tokens.text2
            horizontalAlignment: Text.AlignHCenter
            text: screen.desk.note
            wrapMode: Text.Wrap
        }

        ActionButton {
            Layout.alignment: Qt.AlignHCenter
            icon: "x"
            objectName: "packStop"
            word: qsTr("停止导出")

            onChosen: screen.desk.stop()
        }
    }
}
