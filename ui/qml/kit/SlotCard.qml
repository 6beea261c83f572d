// One slot on the wall; its inside is empty, tall or low.
pragma ComponentBehavior: Bound

import QtQuick

SlotFrame {
    id: frame

    Loader {
        anchors.fill: parent
        sourceComponent: frame.empty ? idle : frame.compact ? low : tall
    }

    Component {
        id: idle

        SlotEmpty { card: frame }
    }

    Component {
        id: tall

        SlotTall { card: frame }
    }

    Component {
        id: low

        SlotLow { card: frame }
    }
}
