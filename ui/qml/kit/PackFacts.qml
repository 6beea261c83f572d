// What an export is, or what came of it: a name and its value in each row; long values wrap.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

ColumnLayout {
    id: list

    required property var rows

    spacing: Tokens.s8

    Repeater {
        model: list.rows

        ColumnLayout {
            id: row

            required property var modelData
            required property int index

            Layout.fillWidth: true
            spacing: Tokens.s2

            Words {
                Layout.fillWidth: true
                color: Tokens.text2
                font.pixelSize: Tokens.caption
                text: row.modelData.word
            }

            Words {
                Layout.fillWidth: true
                font.weight: Tokens.medium
                objectName: "packFact" + row.index
                text: row.modelData.fact
                wrapMode: Text.WrapAnywhere
            }
        }
    }
}
