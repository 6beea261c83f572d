// The keys of the preview: frame by frame, play, speeds, marker, snapshot.
pragma ComponentBehavior: Bound

import QtQuick
import Evidock

Flow {
    id: keys

    required property PreviewModel sight
    readonly property DeckModel deck: sight.shown

    spacing: Tokens.s8

    IconKey {
        dim: !keys.deck.stepping
        glyph: "player-skip-back"
        name: qsTr("上一帧")
        objectName: "previewBack"

        onChosen: keys.sight.step(-1)
    }

    IconKey {
        dim: !keys.deck.playable
        glyph: keys.deck.playing ? "player-pause" : "player-play"
        main: true
        name: keys.deck.playing ? qsTr("暂停") : qsTr("播放")
        objectName: "previewPlay"
        word: name

        onChosen: keys.sight.toggle()
    }

    IconKey {
        dim: !keys.deck.stepping
        glyph: "player-skip-forward"
        name: qsTr("下一帧")
        objectName: "previewForward"

        onChosen: keys.sight.step(1)
    }

    Repeater {
        model: keys.sight.rates

        IconKey {
            required property double modelData

            dim: !keys.deck.playable
            face: keys.deck.rate === modelData ? Tokens.tint : Tokens.surface
            glyph: ""
            name: qsTr("%1 倍速").arg(modelData)
            objectName: "previewRate" + modelData
            word: modelData + "×"

            onChosen: keys.sight.set_rate(modelData)
        }
    }

    IconKey {
        dim: !keys.deck.playable
        glyph: "bookmark"
        name: keys.deck.started === "" ? qsTr("标记起点") : qsTr("标记终点")
        objectName: "previewMarkKey"
        word: name

        onChosen: keys.sight.marks.mark()
    }

    IconKey {
        glyph: "x"
        name: qsTr("删除标记 %1").arg(keys.sight.marks.here)
        objectName: "previewUnmarkKey"
        visible: keys.sight.marks.here !== ""
        word: name

        onChosen: keys.sight.marks.remove()
    }

    IconKey {
        face: keys.sight.ways.shown ? Tokens.tint : Tokens.surface
        glyph: "map-pin"
        name: qsTr("地图")
        objectName: "previewMap"
        visible: keys.sight.ways.there
        word: name

        onChosen: keys.sight.ways.show(!keys.sight.ways.shown)
    }

    IconKey {
        dim: !keys.deck.pictured || keys.deck.died
        glyph: "camera"
        name: qsTr("截图")
        objectName: "previewSnapshot"
        word: name

        onChosen: keys.sight.snapshot()
    }
}
