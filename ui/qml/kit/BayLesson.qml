// What is asked for now: the number of the bay, what was met, and the ways on.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Evidock

Rectangle {
    id: sheet

    required property BaysModel lesson

    border.color: lesson.open_lesson ? Tokens.accent : Tokens.line
    border.width: lesson.open_lesson ? Tokens.firm : Tokens.hair
    color: Tokens.surface
    implicitHeight: parts.implicitHeight + 2 * Tokens.s24
    radius: Tokens.r14

    ColumnLayout {
        id: parts

        anchors.left: parent.left
        anchors.margins: Tokens.s24
        anchors.right: parent.right
        anchors.top: parent.top
        spacing: Tokens.s16

        Words {
            Layout.fillWidth: true
            font.pixelSize: Tokens.label
            font.weight: Tokens.bold
            text: sheet.lesson.open_lesson ? qsTr("请把一台记录仪插入下面这个采集口") : qsTr("逐个插入，逐个登记")
            wrapMode: Text.Wrap
        }

        Words {
            Layout.fillWidth: true
            color: Tokens.accent
            font.pixelSize: Tokens.resting
            font.weight: Tokens.bold
            horizontalAlignment: Text.AlignHCenter
            objectName: "bayNumber"
            text: sheet.lesson.slot
            visible: sheet.lesson.open_lesson
        }

        Words {
            Layout.fillWidth: true
            color: Tokens.text2
            lineHeight: Tokens.leading
            objectName: "baySeen"
            text: sheet.lesson.open_lesson ? sheet.lesson.seen : qsTr("按“开始登记”，再用同一台记录仪从 1 号口起依次插入每个采集口；屏幕记下它插在哪个 USB 口。中途可以跳过坏口。没有登记的口照常采集，只是编号由系统临时分配。")
            wrapMode: Text.Wrap
        }

        Flow {
            Layout.fillWidth: true
            spacing: Tokens.s12
            visible: sheet.lesson.offered

            ActionButton {
                filled: true
                objectName: "hubWhole"
                word: qsTr("整个集线器")

                onChosen: sheet.lesson.answer_hub(true)
            }

            ActionButton {
                objectName: "hubOne"
                word: qsTr("只登记这一个")

                onChosen: sheet.lesson.answer_hub(false)
            }
        }

        Flow {
            Layout.fillWidth: true
            spacing: Tokens.s12

            ActionButton {
                filled: true
                icon: "player-play"
                objectName: "bayBegin"
                visible: !sheet.lesson.open_lesson
                word: qsTr("开始登记")

                onChosen: sheet.lesson.begin()
            }

            ActionButton {
                icon: "x"
                objectName: "bayForget"
                visible: !sheet.lesson.open_lesson && sheet.lesson.forgettable
                word: sheet.lesson.sure ? qsTr("再按一次，全部清除") : qsTr("清除现场登记")

                onChosen: sheet.lesson.forget_all()
            }

            ActionButton {
                icon: "player-skip-back"
                objectName: "bayAgain"
                visible: sheet.lesson.open_lesson
                word: qsTr("上一个")

                onChosen: sheet.lesson.again()
            }

            ActionButton {
                icon: "player-skip-forward"
                objectName: "baySkip"
                visible: sheet.lesson.open_lesson
                word: qsTr("跳过")

                onChosen: sheet.lesson.skip()
            }

            ActionButton {
                filled: !sheet.lesson.offered
                icon: "check"
                objectName: "baySave"
                visible: sheet.lesson.open_lesson
                word: qsTr("完成并保存")

                onChosen: sheet.lesson.save()
            }

            ActionButton {
                icon: "x"
                objectName: "bayCancel"
                visible: sheet.lesson.open_lesson
                word: qsTr("取消，不保存")

                onChosen: sheet.lesson.cancel()
            }
        }
    }
}
