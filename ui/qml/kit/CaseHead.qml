// The head of a case's page: the way back, which case, how it stands, and where else its clips are shown.
import QtQuick
import QtQuick.Layouts
import Evidock

ColumnLayout {
    id: head

    required property CasePageModel page

    spacing: Tokens.s8

    RowLayout {
        Layout.fillWidth: true
        spacing: Tokens.s12

        IconKey {
            glyph: "arrow-left"
            name: qsTr("返回案件列表")
            objectName: "caseBack"

            onChosen: head.page.close()
        }

        Words {
            Layout.fillWidth: true
            font.pixelSize: Tokens.title
            font.weight: Tokens.bold
            maximumLineCount: 2
            objectName: "caseTitle"
            text: head.page.title
            wrapMode: Text.Wrap
        }

        Pill {
            color: Tokens.softs[head.page.status]
            icon: head.page.icon
            objectName: "caseState"
            status: head.page.status
            visible: word !== ""
            word: head.page.word
        }
    }

    Flow {
        Layout.fillWidth: true
        spacing: Tokens.s8

        ActionButton {
            icon: head.page.ways.shown ? "list" : "map-pin"
            objectName: "caseMap"
            visible: head.page.ways.there
            word: head.page.ways.shown ? qsTr("清单") : qsTr("地图")

            onChosen: head.page.ways.show(!head.page.ways.shown)
        }

        ActionButton {
            icon: "video"
            objectName: "caseBrowse"
            wanted: head.page.known
            word: qsTr("在证据中查看")

            onChosen: head.page.browse()
        }

        ActionButton {
            icon: "arrow-bar-to-down"
            objectName: "caseExport"
            visible: head.page.exports
            wanted: head.page.known
            word: qsTr("导出")

            onChosen: head.page.pack()
        }

        ActionButton {
            icon: "link"
            objectName: "caseAdd"
            visible: head.page.links
            wanted: head.page.known
            word: qsTr("添加录像")

            onChosen: head.page.add()
        }
    }
}
