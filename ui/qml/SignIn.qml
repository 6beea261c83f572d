// Sign-in: hold the badge to the reader, or type number and PIN; collecting goes on behind it.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock
import "kit"

Item {
    id: screen

    required property Kiosk kiosk
    readonly property SignInModel desk: kiosk.guest.desk
    readonly property bool upright: height > width

    objectName: "signIn"

    Flickable {
        anchors.fill: parent
        boundsBehavior: Flickable.StopAtBounds
        contentHeight: Math.max(height, sheet.implicitHeight + 2 * Tokens.s16)
        contentWidth: width

        Rectangle {
            id: sheet

            anchors.centerIn: parent
            border.color: Tokens.line
            border.width: Tokens.hair
            clip: true
            color: Tokens.surface
            implicitHeight: parts.implicitHeight
            radius: Tokens.r14
            width: Math.min(parent.width - 2 * Tokens.s24, Tokens.desk)

            GridLayout {
                id: parts

                columnSpacing: 0
                columns: screen.upright ? 1 : 2
                rowSpacing: 0
                width: parent.width

                Rectangle {
                    Layout.fillHeight: true
                    Layout.fillWidth: screen.upright
                    Layout.preferredWidth: Tokens.keypad
                    bottomLeftRadius: screen.upright ? 0 : Tokens.r14
                    color: Tokens.sunken
                    implicitHeight: hint.implicitHeight + 2 * Tokens.s32
                    topLeftRadius: Tokens.r14
                    topRightRadius: screen.upright ? Tokens.r14 : 0

                    ColumnLayout {
                        id: hint

                        anchors.centerIn: parent
                        spacing: Tokens.s12
                        width: parent.width - 2 * Tokens.s24

                        Glyph {
                            Layout.alignment: Qt.AlignHCenter
                            name: "id-badge-2"
                            size: Tokens.icon96
                            stroke: Tokens.thin
                            tone: Tokens.accent
                        }

                        Words {
                            Layout.fillWidth: true
                            font.pixelSize: Tokens.title
                            font.weight: Tokens.bold
                            horizontalAlignment: Text.AlignHCenter
                            text: qsTr("刷卡即可登录")
                            wrapMode: Text.Wrap
                        }

                        Words {
                            Layout.fillWidth: true
                            color: Tokens.text2
                            horizontalAlignment: Text.AlignHCenter
                            text: qsTr("将证件靠近读卡区。登录不影响采集，插入的记录仪照常采集。")
                            wrapMode: Text.Wrap
                        }
                    }
                }

                ColumnLayout {
                    Layout.fillWidth: true
                    Layout.margins: Tokens.s24
                    spacing: Tokens.s8

                    Words {
                        Layout.fillWidth: true
                        font.pixelSize: Tokens.title
                        font.weight: Tokens.bold
                        objectName: "signInLead"
                        text: screen.desk.lead
                        wrapMode: Text.Wrap
                    }

                    Words {
                        Layout.fillWidth: true
                        color: Tokens.text2
                        objectName: "signInNote"
                        text: screen.desk.note
                        visible: text !== ""
                        wrapMode: Text.Wrap
                    }

                    Words {
                        Layout.fillWidth: true
                        color: Tokens.text2
                        font.pixelSize: Tokens.caption
                        text: screen.desk.label
                    }

                    Rectangle {
                        Accessible.name: screen.desk.label
                        Accessible.role: Accessible.EditableText
                        Layout.fillWidth: true
                        border.color: Tokens.accent
                        border.width: Tokens.firm
                        color: Tokens.surface
                        implicitHeight: Tokens.touch
                        objectName: "typed"
                        radius: Tokens.r6

                        Words {
                            anchors.fill: parent
                            anchors.leftMargin: Tokens.s16
                            anchors.rightMargin: Tokens.s16
                            elide: Text.ElideLeft
                            font.letterSpacing: Tokens.s2
                            font.pixelSize: Tokens.title
                            text: screen.desk.typed
                        }
                    }

                    Words {
                        Layout.fillWidth: true
                        color: Tokens.inks[5]
                        font.weight: Tokens.bold
                        objectName: "signInTrouble"
                        text: screen.desk.trouble
                        visible: text !== ""
                        wrapMode: Text.Wrap
                    }

                    Words {
                        Layout.fillWidth: true
                        text: screen.desk.busy ? qsTr("正在核对…") : screen.desk.mend
                        visible: text !== ""
                        wrapMode: Text.Wrap
                    }

                    Keypad {
                        Layout.fillWidth: true
                        Layout.topMargin: Tokens.s8
                        ready: screen.desk.ready

                        onAccepted: screen.desk.accept()
                        onErased: screen.desk.erase()
                        onTyped: character => screen.desk.type_in(character)
                    }

                    ActionButton {
                        Layout.fillWidth: true
                        icon: "arrow-left"
                        objectName: "signInBack"
                        word: qsTr("返回采集墙")

                        onChosen: screen.kiosk.back()
                    }
                }
            }
        }
    }
}
