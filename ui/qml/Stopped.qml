// The collector is not running: what it means, what is safe, what to do.
import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

Item {
    id: screen

    Flickable {
        anchors.fill: parent
        contentHeight: Math.max(height, column.implicitHeight + 2 * Tokens.s32)
        contentWidth: width

        ColumnLayout {
            id: column

            anchors.centerIn: parent
            spacing: Tokens.s16
            width: Math.min(parent.width - 2 * Tokens.s32, Tokens.sheet)

            Glyph {
                Layout.alignment: Qt.AlignHCenter
                name: "plug-connected-x"
                size: Tokens.icon96
                stroke: Tokens.thin
                tone: Tokens.inks[4]
            }

            Words {
                Layout.fillWidth: true
                font.pixelSize: Tokens.display
                font.weight: Tokens.bold
                horizontalAlignment: Text.AlignHCenter
                objectName: "stoppedTitle"
                text: qsTr("采集程序未运行")
                wrapMode: Text.Wrap
            }

            Words {
                Layout.bottomMargin: Tokens.s16
                Layout.fillWidth: true
                color: Tokens.text2
                font.pixelSize: Tokens.label
                horizontalAlignment: Text.AlignHCenter
                text: qsTr("正在自动重新连接，恢复后本屏幕会回到原来的页面")
                wrapMode: Text.Wrap
            }

            Advice {
                Layout.fillWidth: true
                icon: "info-circle"
                lead: qsTr("这意味着什么")
                status: 1
                words: qsTr("现在插入的记录仪只会充电，不会采集。采集程序恢复后会自动继续采集，不需要重新插拔。")
            }

            Advice {
                Layout.fillWidth: true
                icon: "shield-check"
                lead: qsTr("什么是安全的")
                status: 3
                words: qsTr("已入库的录像仍在证据库中，程序停止不影响它们。记录仪里的文件没有被删除，没有采完的文件会重新采集。")
            }

            Advice {
                Layout.fillWidth: true
                icon: "tool"
                lead: qsTr("现在怎么做")
                status: 4
                words: qsTr("请等待一分钟。仍未恢复时请通知管理员：查看采集服务的状态并重新启动，必要时重启工作站。记录仪可以留在采集口充电。")
            }
        }
    }
}
