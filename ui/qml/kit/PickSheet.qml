// A list over a whole room, filled and answered by a view-model.
import QtQuick
import Evidock

OptionPicker {
    id: sheet

    required property PickModel pick

    clearable: pick.clearable
    heading: pick.heading
    narrowed: pick.narrowed
    objectName: "pickSheet"
    options: pick.options
    visible: pick.is_open

    onChosen: value => sheet.pick.choose(value)
    onCleared: sheet.pick.clear()
    onClosed: sheet.pick.close()
    onErased: sheet.pick.erase()
    onTyped: character => sheet.pick.type_in(character)
}
