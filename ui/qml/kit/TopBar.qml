// The brand bar: which station, delivery, room, language, time.
import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: bar

    required property Kiosk kiosk
    readonly property StationModel station: kiosk.frame
    readonly property bool narrow: width < Tokens.narrow
    readonly property bool known: station.storage !== "" && kiosk.reached !== "down"

    color: Tokens.brand
    implicitHeight: Tokens.bar

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Tokens.s24
        anchors.rightMargin: Tokens.s24
        spacing: bar.narrow ? Tokens.s16 : Tokens.s24

        Glyph {
            name: "device-cctv"
            size: Tokens.icon44
            tone: Tokens.onbrand
        }

        Column {
            Layout.fillWidth: true
            Layout.minimumWidth: 0

            Words {
                color: Tokens.onbrand
                font.pixelSize: Tokens.title
                font.weight: Tokens.bold
                objectName: "stationName"
                text: bar.station.name
                width: parent.width
            }

            Words {
                color: Tokens.onbrand2
                font.pixelSize: Tokens.caption
                text: qsTr("插入执法记录仪即自动采集")
                width: parent.width
            }
        }

        BarBlock {
            below: bar.narrow || bar.station.speed === "" ? bar.station.delivery : bar.station.delivery + " · " + bar.station.speed
            icon: bar.station.cloud
            line: bar.station.uplink
            loud: bar.station.held
            visible: bar.known
        }

        BarBlock {
            below: bar.station.room
            icon: "database"
            line: bar.station.storage
            loud: bar.station.tight
            visible: bar.known
        }

        Pressable {
            border.color: activeFocus ? Tokens.onbrand : Tokens.onbrand2
            border.width: activeFocus ? Tokens.firm : Tokens.hair
            face: down ? Tokens.brand : Tokens.veil
            implicitWidth: Tokens.langw
            name: bar.kiosk.language === "en" ? "切换到中文" : "Switch to English"
            objectName: "languageSwitch"

            onChosen: bar.kiosk.choose_language(bar.kiosk.language === "en" ? "zh_CN" : "en")

            Words {
                anchors.centerIn: parent
                color: Tokens.onbrand
                font.weight: Tokens.medium
                text: bar.kiosk.language === "en" ? "中文" : "EN"
            }
        }

        Column {
            Words {
                anchors.right: parent.right
                color: Tokens.onbrand
                font.pixelSize: Tokens.number
                font.weight: Tokens.bold
                height: Tokens.clock
                objectName: "clock"
                text: bar.station.clock
            }

            Words {
                anchors.right: parent.right
                color: Tokens.onbrand2
                font.pixelSize: Tokens.caption
                text: bar.station.date
            }
        }
    }
}
