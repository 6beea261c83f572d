// One recorder: who has it, its dockings with clock and remarks, and who had it before.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: sheet

    required property RecordersModel recorders

    border.color: Tokens.line
    border.width: Tokens.hair
    color: Tokens.surface
    objectName: "recorderSheet"
    radius: Tokens.r14

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Tokens.s16
        spacing: Tokens.s12

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s12

            Words {
                Layout.fillWidth: true
                font.pixelSize: Tokens.title
                font.weight: Tokens.bold
                text: sheet.recorders.title
                wrapMode: Text.WrapAnywhere
            }

            IconKey {
                glyph: "x"
                name: qsTr("关闭")
                objectName: "recorderClose"

                onChosen: sheet.recorders.open_recorder("")
            }
        }

        Words {
            Layout.fillWidth: true
            objectName: "recorderHolder"
            text: sheet.recorders.holder === "" ? qsTr("现在没有人领用") : qsTr("现在由 %1 使用").arg(sheet.recorders.holder)
            wrapMode: Text.Wrap
        }

        Words {
            Layout.fillWidth: true
            color: Tokens.inks[3]
            objectName: "recorderNote"
            text: sheet.recorders.note
            visible: text !== ""
            wrapMode: Text.Wrap
        }

        ListView {
            Layout.fillHeight: true
            Layout.fillWidth: true
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            model: sheet.recorders.lines
            objectName: "recorderLines"
            spacing: Tokens.s12

            delegate: Rectangle {
                id: line

                required property var modelData
                required property int index

                color: Tokens.surface
                implicitHeight: pair.implicitHeight
                objectName: "recorderLine" + index
                width: ListView.view.width

                Column {
                    id: pair

                    spacing: Tokens.s2
                    width: parent.width

                    Words {
                        font.weight: Tokens.medium
                        text: line.modelData.lead
                        width: parent.width
                        wrapMode: Text.Wrap
                    }

                    Words {
                        color: line.modelData.loud ? Tokens.inks[4] : Tokens.text2
                        text: line.modelData.detail
                        width: parent.width
                        wrapMode: Text.Wrap
                    }
                }
            }
        }

        RowLayout {
            Layout.fillWidth: true
            spacing: Tokens.s12

            ActionButton {
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                objectName: "recorderUnbind"
                wanted: sheet.recorders.holder !== ""
                word: qsTr("解除绑定")

                onChosen: sheet.recorders.unbind()
            }

            ActionButton {
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                filled: true
                objectName: "recorderBind"
                word: qsTr("绑定给…")

                onChosen: sheet.recorders.bind()
            }
        }
    }
}
