// What the recorder offered and what became of it, with the trouble first where there is one.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

ColumnLayout {
    id: files

    required property SlotDetailModel bay

    signal opened(string clip)

    spacing: Tokens.s12

    Alarm {
        Layout.fillWidth: true
        icon: files.bay.icon
        mend: files.bay.mend
        objectName: "fault"
        reason: files.bay.reason
        status: files.bay.status
        title: files.bay.title
        visible: files.bay.hot && title !== ""
    }

    Repeater {
        model: files.bay.remarks

        Remark {
            required property var modelData
            required property int index

            Layout.fillWidth: true
            icon: modelData.icon
            lead: modelData.lead
            mend: modelData.mend
            objectName: "remark" + index
            status: modelData.status
        }
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: Tokens.s12
        visible: !files.bay.empty

        Repeater {
            model: files.bay.totals

            SumTile {
                required property var modelData

                Layout.fillWidth: true
                Layout.preferredWidth: 1
                count: modelData.count
                status: modelData.status
                word: modelData.word
            }
        }
    }

    ListView {
        id: list

        Layout.fillHeight: true
        Layout.fillWidth: true
        boundsBehavior: Flickable.StopAtBounds
        cacheBuffer: Tokens.ahead
        clip: true
        model: files.bay.files
        objectName: "files"
        spacing: Tokens.s8

        delegate: ClipRow {
            width: ListView.view.width

            onChosen: files.opened(footage)
        }

        Column {
            anchors.centerIn: parent
            spacing: Tokens.s16
            visible: list.count === 0

            Glyph {
                anchors.horizontalCenter: parent.horizontalCenter
                name: files.bay.empty ? "plug-connected" : "hourglass"
                size: Tokens.icon96
                stroke: Tokens.thin
                tone: Tokens.edge
            }

            Words {
                anchors.horizontalCenter: parent.horizontalCenter
                color: Tokens.text2
                font.pixelSize: Tokens.label
                text: files.bay.empty ? qsTr("没有接入记录仪") : qsTr("文件清单读取后显示在这里")
            }
        }
    }
}
