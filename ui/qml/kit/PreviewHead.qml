// The head of the preview: the way back, which clip of how many, and its neighbours.
import QtQuick
import QtQuick.Layouts
import Evidock

RowLayout {
    id: head

    required property PreviewModel sight

    spacing: Tokens.s12

    IconKey {
        glyph: "arrow-left"
        name: qsTr("关闭预览")
        objectName: "previewClose"

        onChosen: head.sight.close()
    }

    ColumnLayout {
        Layout.fillWidth: true
        spacing: 0

        Words {
            Layout.fillWidth: true
            elide: Text.ElideMiddle
            font.pixelSize: Tokens.title
            font.weight: Tokens.bold
            objectName: "previewName"
            text: head.sight.shown.name
        }

        Words {
            Layout.fillWidth: true
            color: Tokens.text2
            font.pixelSize: Tokens.caption
            objectName: "previewDetail"
            text: head.sight.shown.detail
            wrapMode: Text.Wrap
        }
    }

    Words {
        color: Tokens.text2
        objectName: "previewCount"
        text: head.sight.count
    }

    IconKey {
        dim: head.sight.first
        glyph: "player-track-prev"
        name: qsTr("上一段")
        objectName: "previewPrevious"

        onChosen: head.sight.go(-1)
    }

    IconKey {
        dim: head.sight.last
        glyph: "player-track-next"
        name: qsTr("下一段")
        objectName: "previewNext"

        onChosen: head.sight.go(1)
    }
}
