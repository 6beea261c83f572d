"""The kiosk process: wires link, view-models and window, and runs until it is told to stop."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication

from ui.bridge import EventBridge
from ui.client import StationLink
from ui.i18n import Tongue
from ui.images import ThumbnailShelf
from ui.manners import Hands, forget_place, recall_place, remember_place
from ui.models.kiosk import Kiosk
from ui.models.presence import Manners
from ui.preferences import preferences_path, read_preferences, write_preferences
from ui.scene import Scene, set_font
from ui.sounds import Sounds
from ui.texts import say
from workstation.catalog.reader import Catalog
from workstation.domain.errors import StateUnusableError, StationNotRunningError
from workstation.events.mailbox import Mailbox
from workstation.platform.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from ui.client import CollectionReader
    from ui.preferences import Language, Theme

logger = logging.getLogger(__name__)

SWITCH_INTERVAL_S = 0.0005  # with 5 ms a busy thread delays the picture by 170 ms (measured)
WINDOW_SIZE = (1920, 1080)
GRAB_AFTER_S = 1.5  # after the wall is there: rates and thumbnails have arrived by then
GRAB_PATIENCE_S = 30.0
_GPU_DRIVERS = frozenset(
    {"i915", "xe", "amdgpu", "radeon", "nouveau", "nvidia", "msm", "panfrost", "lima", "v3d"}
)


@dataclass(frozen=True, slots=True)
class KioskOptions:
    """How to run. None means: as last chosen at this screen."""

    state_dir: Path
    windowed: bool = False
    language: Language | None = None
    theme: Theme | None = None
    size: tuple[int, int] | None = None  # of the window, in pixels; implies windowed
    grab_to: Path | None = None  # save a picture of the wall there and end
    slot: int | None = None  # open this slot first
    manners: Manners = field(default_factory=Manners)
    is_guarded: bool = False  # full screen, brought back where it was after a crash


def has_gpu(drm: Path = Path("/sys/class/drm")) -> bool:
    """Whether a render node belongs to a driver that draws in hardware."""
    drivers = {(node / "device" / "driver").resolve().name for node in drm.glob("renderD*")}
    return bool(drivers & _GPU_DRIVERS)


def choose_backend() -> None:
    """Software painting unless there is a GPU: llvmpipe costs eight times the CPU (measured).

    ``EVIDOCK_QT_GL`` set to 1 or 0 overrules what is found.
    """
    wish = os.environ.get("EVIDOCK_QT_GL", "")
    if wish == "1" or (wish != "0" and has_gpu()):
        return
    os.environ["QT_QUICK_BACKEND"] = "software"


class KioskProgram:
    """Everything that lives as long as the kiosk runs, inside one ``QGuiApplication``."""

    def __init__(
        self,
        options: KioskOptions,
        settings: Path,
        open_catalog: Callable[[], CollectionReader],
    ) -> None:
        self._settings = settings
        self._mailbox = Mailbox()
        self._bridge = EventBridge(self._mailbox)
        socket_path = options.state_dir / "station.sock"
        self._link = StationLink(socket_path, open_catalog, self._mailbox)
        shelf = ThumbnailShelf()
        maps = options.state_dir / "maps"
        self.kiosk = Kiosk(Tongue(say), SystemClock(), self._link, shelf, options.manners, maps)
        self._bridge.received.connect(self.kiosk.hear)
        self._take(options)
        self.scene = Scene(self.kiosk, shelf)
        self._second = QTimer(interval=1000)
        self._second.timeout.connect(self.kiosk.tick)
        self.kiosk.chosen.connect(self._remember)
        self.hands = Hands(self.kiosk, self.scene.view, is_locked=options.is_guarded)
        self.sounds = Sounds(options.manners.volume)
        self.kiosk.rang.connect(self.sounds.ring)
        if options.is_guarded:
            self._keep_place(settings.with_name("place.json"))

    def start(self) -> None:
        """Begin to connect and to count seconds."""
        self._second.start()
        self._link.start()

    def stop(self) -> None:
        """Give everything back, the window first."""
        self._second.stop()
        self.hands.stop()
        self._bridge.stop()
        self.scene.close()
        self.kiosk.preview.close()
        self.kiosk.tiles.close()
        self._link.close()
        self._mailbox.close()

    def _keep_place(self, path: Path) -> None:
        """After a crash people find the kiosk where it was; an orderly end forgets it."""
        if (place := recall_place(path)) is not None:
            self.kiosk.return_to(place.name, place.slot)
        self.kiosk.moved.connect(lambda: remember_place(path, *self.kiosk.place))

    def _take(self, options: KioskOptions) -> None:
        """What was chosen last, unless the call says otherwise."""
        chosen = read_preferences(self._settings)
        self.kiosk.choose_language(options.language or chosen.language)
        self.kiosk.choose_theme(options.theme or chosen.theme)

    def _remember(self) -> None:
        write_preferences(self._settings, self.kiosk.preferences)


def run(options: KioskOptions) -> int:
    """Run the kiosk until it is told to stop; returns the exit code."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    choose_backend()
    app = QGuiApplication(["evidock-kiosk"])
    app.setApplicationName("evidock-kiosk")
    set_font()
    ledger = options.state_dir / "ledger.sqlite"
    program = KioskProgram(options, preferences_path(), lambda: Catalog.open(ledger))
    _end_on_signals(app)
    _end_on_broken_thread(app)
    view = program.scene.view
    if options.windowed or options.size or options.grab_to:
        view.resize(*(options.size or WINDOW_SIZE))
        view.show()
    else:
        view.setGeometry(app.primaryScreen().geometry())  # where no window manager does it
        view.showFullScreen()
        view.requestActivate()  # the card reader types where the keyboard is
        view.setCursor(Qt.CursorShape.BlankCursor)
    program.kiosk.ended.connect(lambda: app.exit(0))  # ``quit`` asks a locked window: it refuses
    program.start()
    grab = None if options.grab_to is None else _Grab(program, options.grab_to, options.slot)
    code = app.exec()
    if options.is_guarded:
        forget_place(preferences_path().with_name("place.json"))
    program.stop()
    return grab.code if grab is not None and code == 0 else code


def grab_wall(options: KioskOptions, out: Path) -> int:
    """Save a picture of the wall as people see it now; needs no screen.

    Returns:
        0, or the exit code of ``StationNotRunningError`` when no station answered: the
        picture then shows the screen that says so.
    """
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return run(replace(options, grab_to=out))


class _Grab:
    """Waits for the wall (or for patience to end), saves the picture, ends the program."""

    def __init__(self, program: KioskProgram, out: Path, slot: int | None) -> None:
        self.code = StationNotRunningError.exit_code
        self._program = program
        self._out = out
        self._slot = slot
        self._is_waiting = True
        program.kiosk.linked.connect(self._look)
        self._patience = QTimer(interval=int(GRAB_PATIENCE_S * 1000), singleShot=True)
        self._patience.timeout.connect(self._save)
        self._patience.start()

    def _look(self) -> None:
        if self._is_waiting and self._program.kiosk.is_up:
            self._is_waiting = False
            self.code = 0
            if self._slot is not None:
                self._program.kiosk.open_slot(self._slot)
            QTimer.singleShot(int(GRAB_AFTER_S * 1000), self._save)

    def _save(self) -> None:
        self._patience.stop()
        if not self._program.scene.view.grabWindow().save(str(self._out)):
            logger.error("picture not saved path=%s", self._out)
            self.code = StateUnusableError.exit_code
        QGuiApplication.quit()


def _end_on_signals(app: QGuiApplication) -> None:
    """SIGTERM and SIGINT end the event loop; the second's tick lets Python notice them."""

    def end(_number: int, _frame: FrameType | None) -> None:
        app.exit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def _end_on_broken_thread(app: QGuiApplication) -> None:
    """A thread that dies of a bug must not leave a wall that stands still and looks alive."""

    def end(broken: threading.ExceptHookArgs) -> None:
        logger.critical("thread died", exc_info=broken.exc_value)
        app.exit(1)

    threading.excepthook = end
