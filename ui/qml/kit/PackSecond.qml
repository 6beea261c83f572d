// The second person looks at what is to be exported, and proves who he is.
import QtQuick
import QtQuick.Layouts
import Evidock

Flickable {
    id: screen

    required property PackModel desk
    readonly property bool upright: height > width

    boundsBehavior: Flickable.StopAtBounds
    clip: true
    contentHeight: Math.max(height, sheet.implicitHeight)
    contentWidth: width

    Rectangle {
        id: sheet

        anchors.centerIn: parent
        border.color: Tokens.line
        border.width: Tokens.hair
        color: Tokens.surface
        implicitHeight: parts.implicitHeight + 2 * Tokens.s16
        radius: Tokens.r14
        width: Math.min(parent.width, Tokens.desk)

        GridLayout {
            id: parts

            anchors.left: parent.left
            anchors.margins: Tokens.s16
            anchors.right: parent.right
            anchors.top: parent.top
            columnSpacing: Tokens.s24
            columns: screen.upright ? 1 : 2
            rowSpacing: Tokens.s16

            ColumnLayout {
                Layout.alignment: Qt.AlignTop
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                spacing: Tokens.s16

                Words {
                    Layout.fillWidth: true
                    font.pixelSize: Tokens.title
                    font.weight: Tokens.bold
                    objectName: "packHeading"
                    text: screen.desk.heading
                    wrapMode: Text.Wrap
                }

                PackFacts {
                    Layout.fillWidth: true
                    rows: screen.desk.facts
                }

                Alarm {
                    Layout.fillWidth: true
                    mend: screen.desk.mend
                    objectName: "packTrouble"
                    reason: screen.desk.reason
                    title: screen.desk.trouble
                    visible: title !== ""
                }
            }

            ColumnLayout {
                Layout.alignment: Qt.AlignTop
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                spacing: Tokens.s8

                Words {
                    Layout.fillWidth: true
                    color: Tokens.text2
                    text: screen.desk.note
                    wrapMode: Text.Wrap
                }

                Words {
                    Layout.fillWidth: true
                    color: Tokens.text2
                    font.pixelSize: Tokens.caption
                    objectName: "packLabel"
                    text: screen.desk.busy ? qsTr("正在核对…") : screen.desk.label
                    wrapMode: Text.Wrap
                }

                Rectangle {
                    Accessible.name: screen.desk.label
                    Accessible.role: Accessible.EditableText
                    Layout.fillWidth: true
                    border.color: Tokens.accent
                    border.width: Tokens.firm
                    color: Tokens.surface
                    implicitHeight: Tokens.touch
                    objectName: "packTyped"
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

                Keypad {
                    Layout.fillWidth: true
                    ready: screen.desk.ready

                    onAccepted: screen.desk.accept()
                    onErased: screen.desk.erase()
                    onTyped: character => screen.desk.type_in(character)
                }

                ActionButton {
                    Layout.fillWidth: true
                    icon: "arrow-left"
                    objectName: "packBack"
                    wanted: !screen.desk.busy
                    word: qsTr("返回")

                    onChosen: screen.desk.back()
                }
            }
        }
    }
}
