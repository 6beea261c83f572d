// Who is signed in, and the ways out.
import QtQuick
import QtQuick.Layouts
import Evidock

RowLayout {
    id: head

    required property Kiosk kiosk
    readonly property VisitModel guest: kiosk.guest

    spacing: Tokens.s12

    Glyph {
        name: "id-badge-2"
        size: Tokens.icon44
        tone: Tokens.accent
    }

    ColumnLayout {
        Layout.fillWidth: true
        spacing: Tokens.s2

        Words {
            Layout.fillWidth: true
            font.pixelSize: Tokens.title
            font.weight: Tokens.bold
            objectName: "guestName"
            text: head.guest.name + " · " + head.guest.badge
        }

        Words {
            Layout.fillWidth: true
            color: Tokens.text2
            text: head.kiosk.watch.leaving > 0 ? qsTr("%1 秒后自动退出登录").arg(head.kiosk.watch.leaving) : head.guest.unit
        }
    }

    ActionButton {
        icon: "power"
        objectName: "endKiosk"
        visible: head.guest.governs
        word: qsTr("关闭界面")

        onChosen: head.kiosk.end()
    }

    ActionButton {
        icon: "logout"
        objectName: "signOut"
        word: qsTr("退出登录")

        onChosen: head.guest.leave()
    }
}
