// One line of sums where there is no room for a tile: rate, finish, today.
import QtQuick
import QtQuick.Layouts
import Evidock

RowLayout {
    id: strip

    required property StationModel station

    spacing: Tokens.s16

    Words {
        font.weight: Tokens.bold
        text: strip.station.rate + " MB/s"
    }

    Words {
        Layout.fillWidth: true
        color: Tokens.text2
        text: strip.station.finish
    }

    Words {
        Layout.alignment: Qt.AlignRight
        color: Tokens.text2
        text: strip.station.today
    }
}
