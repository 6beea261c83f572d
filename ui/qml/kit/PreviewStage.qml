// The picture, or what stands in for it; the viewer's name and the time lie over it, never in the file.
import QtQuick
import Evidock

Rectangle {
    id: stage

    required property PreviewModel sight
    readonly property DeckModel deck: sight.shown

    clip: true
    color: Tokens.stage
    radius: Tokens.r6

    VideoSurface {
        Accessible.name: stage.deck.name
        Accessible.role: Accessible.Graphic
        anchors.fill: parent
        deck: stage.deck
        objectName: "previewSurface"
    }

    TapHandler {
        onTapped: stage.sight.toggle()
    }

    Column {
        anchors.centerIn: parent
        spacing: Tokens.s12
        visible: !stage.deck.pictured

        Glyph {
            anchors.horizontalCenter: parent.horizontalCenter
            name: stage.deck.waiting ? "hourglass" : stage.deck.sounding ? "microphone" : "file"
            size: Tokens.icon96
            stroke: Tokens.thin
            tone: Tokens.onstage
        }

        Words {
            anchors.horizontalCenter: parent.horizontalCenter
            color: Tokens.onstage
            font.pixelSize: Tokens.label
            horizontalAlignment: Text.AlignHCenter
            text: stage.deck.waiting ? qsTr("正在打开…") : stage.deck.sounding ? qsTr("录音") : qsTr("没有可以显示的画面")
            width: Math.min(implicitWidth, stage.width)
            wrapMode: Text.Wrap
        }

        IconKey {
            anchors.horizontalCenter: parent.horizontalCenter
            glyph: "player-play"
            main: true
            name: qsTr("重新打开")
            objectName: "previewReopenEmpty"
            visible: stage.deck.died
            word: name

            onChosen: stage.sight.reopen()
        }
    }

    IconKey {
        anchors.centerIn: parent
        glyph: "player-play"
        main: true
        name: qsTr("重新打开")
        objectName: "previewReopen"
        visible: stage.deck.died && stage.deck.pictured
        word: name

        onChosen: stage.sight.reopen()
    }

    Words {
        anchors.bottom: parent.bottom
        anchors.margins: Tokens.s12
        anchors.right: parent.right
        color: Tokens.onstage
        font.pixelSize: Tokens.caption
        objectName: "previewWatermark"
        opacity: Tokens.faint
        style: Text.Outline
        styleColor: Tokens.stage
        text: stage.deck.viewer + "  " + stage.sight.stamp + "  " + qsTr("内部查看")
        visible: stage.deck.viewer !== ""
    }
}
