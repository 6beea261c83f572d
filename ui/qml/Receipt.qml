// Handed in: the receipt to take along as a QR code, and that one may go.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

Item {
    id: screen

    required property Kiosk kiosk
    readonly property VisitModel guest: kiosk.guest
    readonly property bool upright: height > width

    objectName: "receiptScreen"

    Flickable {
        anchors.fill: parent
        boundsBehavior: Flickable.StopAtBounds
        contentHeight: Math.max(height, parts.implicitHeight + 2 * Tokens.s24)
        contentWidth: width

        GridLayout {
            id: parts

            anchors.centerIn: parent
            columnSpacing: Tokens.s32
            columns: screen.upright ? 1 : 2
            rowSpacing: Tokens.s24
            width: Math.min(parent.width - 2 * Tokens.s24, Tokens.desk)

            Rectangle {
                Accessible.name: qsTr("回执二维码")
                Accessible.role: Accessible.Graphic
                Layout.alignment: Qt.AlignHCenter
                color: Tokens.paper
                implicitHeight: Tokens.qr
                implicitWidth: Tokens.qr
                objectName: "receipt"
                radius: Tokens.r14

                Image {
                    anchors.fill: parent
                    anchors.margins: Tokens.s8
                    fillMode: Image.PreserveAspectFit
                    smooth: false
                    source: screen.guest.receipt === "" ? "" : "image://receipt/" + screen.guest.receipt
                }
            }

            ColumnLayout {
                Layout.fillWidth: true
                spacing: Tokens.s16

                RowLayout {
                    Layout.fillWidth: true
                    spacing: Tokens.s16

                    StatusMark {
                        figure: "disc"
                        implicitHeight: Tokens.ringsmall
                        implicitWidth: Tokens.ringsmall
                        percent: Tokens.whole
                        progress: Tokens.opaque
                        sign: "check"
                        status: 3
                    }

                    Words {
                        Layout.fillWidth: true
                        font.pixelSize: Tokens.display
                        font.weight: Tokens.bold
                        objectName: "receiptLead"
                        text: qsTr("已交接")
                        wrapMode: Text.Wrap
                    }
                }

                Words {
                    Layout.fillWidth: true
                    font.pixelSize: Tokens.headline
                    font.weight: Tokens.medium
                    objectName: "receiptSums"
                    text: screen.guest.sums
                    wrapMode: Text.Wrap
                }

                Words {
                    Layout.fillWidth: true
                    color: Tokens.inks[4]
                    font.pixelSize: Tokens.label
                    text: qsTr("另有 %1 个文件没能采集，请把记录仪留在采集口并告诉队长").arg(screen.guest.untaken)
                    visible: screen.guest.untaken > 0
                    wrapMode: Text.Wrap
                }

                Words {
                    Layout.fillWidth: true
                    color: Tokens.text2
                    font.pixelSize: Tokens.label
                    lineHeight: Tokens.leading
                    text: qsTr("用手机拍下二维码留存。它证明这些录像此刻已在采证站的台账里，以后谁也改不了。")
                    wrapMode: Text.Wrap
                }

                Words {
                    Layout.fillWidth: true
                    color: Tokens.inks[4]
                    font.pixelSize: Tokens.label
                    font.weight: Tokens.bold
                    objectName: "receiptTrouble"
                    text: screen.guest.trouble
                    visible: text !== ""
                    wrapMode: Text.Wrap
                }

                Words {
                    Layout.fillWidth: true
                    objectName: "receiptMend"
                    text: screen.guest.mend
                    visible: text !== ""
                    wrapMode: Text.Wrap
                }

                ActionButton {
                    Layout.fillWidth: true
                    icon: screen.guest.printed ? "check" : "printer"
                    objectName: "receiptPrint"
                    visible: screen.guest.prints
                    wanted: screen.guest.idle
                    word: screen.guest.printed ? qsTr("已打印，再打印一张") : screen.guest.idle ? qsTr("打印回执") : qsTr("正在打印…")

                    onChosen: screen.guest.print_receipt()
                }

                ActionButton {
                    Layout.fillWidth: true
                    filled: true
                    icon: "logout"
                    implicitHeight: Tokens.key
                    objectName: "receiptDone"
                    size: Tokens.label
                    word: qsTr("完成并退出登录")

                    onChosen: screen.guest.leave()
                }

                ActionButton {
                    Layout.fillWidth: true
                    icon: "arrow-left"
                    objectName: "receiptBack"
                    word: qsTr("返回我的录像")

                    onChosen: screen.kiosk.sign_in()
                }
            }
        }
    }
}
