// Nobody is there: the hour, large enough for the hall; black at night. Any touch ends it.
import QtQuick
import Evidock
import "kit"

Rectangle {
    id: screen

    required property Kiosk kiosk
    readonly property bool dark: kiosk.watch.dark

    color: dark ? Tokens.night : Tokens.brand

    Column {
        anchors.centerIn: parent
        spacing: Tokens.s16
        visible: !screen.dark
        width: parent.width - 2 * Tokens.s32

        Words {
            color: Tokens.onbrand
            font.pixelSize: Tokens.resting
            font.weight: Tokens.bold
            horizontalAlignment: Text.AlignHCenter
            objectName: "restingClock"
            text: screen.kiosk.frame.clock
            width: parent.width
        }

        Words {
            color: Tokens.onbrand2
            font.pixelSize: Tokens.headline
            horizontalAlignment: Text.AlignHCenter
            text: screen.kiosk.frame.date
            width: parent.width
        }

        Words {
            color: Tokens.onbrand2
            font.pixelSize: Tokens.title
            horizontalAlignment: Text.AlignHCenter
            text: screen.kiosk.frame.name + " · " + qsTr("插入执法记录仪即自动采集")
            width: parent.width
            wrapMode: Text.Wrap
        }
    }
}
