// What can be done with the clips that are picked.
import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: bar

    required property BrowserModel browser
    readonly property BulkModel bulk: browser.bulk

    color: Tokens.brand
    implicitHeight: parts.implicitHeight + 2 * Tokens.s8
    radius: Tokens.r14

    RowLayout {
        id: parts

        anchors.left: parent.left
        anchors.leftMargin: Tokens.s24
        anchors.right: parent.right
        anchors.rightMargin: Tokens.s8
        anchors.verticalCenter: parent.verticalCenter
        spacing: Tokens.s8

        Words {
            Layout.fillWidth: true
            color: Tokens.onbrand
            font.pixelSize: Tokens.label
            font.weight: Tokens.medium
            objectName: "pickedCount"
            text: bar.bulk.some ? qsTr("已选 %1").arg(bar.bulk.count) : bar.bulk.note
            wrapMode: Text.Wrap
        }

        ActionButton {
            icon: "check"
            objectName: "pickAll"
            visible: bar.bulk.some
            word: qsTr("全选")

            onChosen: bar.browser.pick_all()
        }

        ActionButton {
            icon: "tag"
            objectName: "bulkTag"
            visible: bar.bulk.some && bar.bulk.tags
            word: qsTr("打标签")

            onChosen: bar.bulk.begin("tag")
        }

        ActionButton {
            icon: "folder"
            objectName: "bulkLink"
            visible: bar.bulk.some && bar.bulk.links
            word: qsTr("归入案件")

            onChosen: bar.bulk.begin("link")
        }

        ActionButton {
            icon: "arrow-bar-to-down"
            objectName: "bulkExport"
            visible: bar.bulk.some && bar.bulk.exports
            word: qsTr("导出")

            onChosen: bar.browser.pack()
        }

        IconKey {
            glyph: "x"
            name: qsTr("取消选择")
            objectName: "pickNone"
            visible: bar.bulk.some

            onChosen: bar.browser.pick_none()
        }
    }
}
