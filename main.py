#!/usr/bin/env python3
"""Evidock (采证坞): arguments and wiring; the only file that knows every package."""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drivers import builtin_drivers, locked_drivers, open_dock
from sync import cli as steering
from sync.centre import commands as centre
from sync.commission import cli as stores
from sync.feed import cli as directory
from ui.texts import say
from workstation.catalog.values import ClipFilter
from workstation.devices.profiles import ProfileSet
from workstation.domain.clip import ClipKind
from workstation.domain.errors import CollectionStoppedError, StationError
from workstation.platform import logs, settings
from workstation.platform.paths import StatePaths, default_state_dir
from workstation.station.cli import (
    beginning,
    casework,
    collecting,
    demo,
    exporting,
    keeping,
    looking,
    people,
    proving,
    recorders,
    retention,
    secrets,
    shifts,
    slots,
)
from workstation.station.cli.documents import error_document
from workstation.station.cli.output import Voice
from workstation.station.cli.table import Invocation, Table, positive
from workstation.station.engine import EngineParts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ui.models.presence import Manners
    from workstation.station.cli.table import Adds, Run

BUG = 1
USAGE = 2
INTERRUPTED = 130
# Modules with commands of their own.
AREAS: tuple[Adds, ...] = (
    beginning,
    keeping,
    proving,
    casework,
    shifts,
    retention,
    secrets,
    slots,
    people,
    recorders,
    stores,
    exporting,
    centre,
    directory,
)
PROFILES = Path(__file__).parent / "resources" / "profiles"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="main.py",
        description="Evidock 采证坞: take in, prove, tag and deliver recorder footage.",
        epilog="Exit codes: 0 ok, 1 a bug, 2 usage, 3 a person must act, 4 integrity, 5 try again.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    table = Table(commands)
    command = table.add
    for area in AREAS:
        area.add_commands(table)
    one = command("demo", "everything at once: simulated dock, directory store", json=True)
    one.add_argument("--headless", action="store_true", help="no window; saves a screenshot")
    one.add_argument("--slots", type=int, default=8, metavar="N", help="recorders in the dock")
    one.add_argument("--clips", type=int, default=6, metavar="N", help="clips in each recorder")
    one.add_argument("--for", type=_span, dest="seconds", metavar="SECONDS", help="end after")
    one.add_argument("--dock", metavar="URL", help="another dock than the simulated one")
    one = command("station", "the engine: docks, vault, ledger, socket")
    one.add_argument("--dock", action="append", metavar="URL", help="usb:, simulated:, folder:…")
    one = command("kiosk", "the screen")
    one.add_argument("--windowed", action="store_true", help="in a window, not full screen")
    one.add_argument("--language", choices=("zh_CN", "en"))
    one.add_argument("--theme", choices=("light", "dark"))
    one.add_argument("--size", type=_size, metavar="WxH", help="of the window or the screenshot")
    one.add_argument("--grab", type=Path, metavar="PNG", help="save a screenshot and end")
    one.add_argument("--unguarded", action="store_true", help="full screen, not started again")
    one = command("sync", "deliver to the central store; how it stands", json=True)
    one.add_argument(
        "what",
        nargs="?",
        choices=(*steering.WHATS, steering.RECONCILE),
        help="look or steer, do not deliver",
    )
    one.add_argument("clip", nargs="?", metavar="CLIP", help="of `now` and `log`")
    one.add_argument("--deep", action="store_true", help="of `reconcile`: read every object")
    one.add_argument("--once", action="store_true", help="deliver what there is, then end")
    one.add_argument("--to", metavar="URL", help="the store: a directory, or directory:/path")
    one = command("collect", "take in mounted cards or folders", json=True)
    one.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    one = command("clips", "list clips", json=True)
    _clip_filters(one)
    one = command("show", "one clip and its custody entries", json=True)
    one.add_argument("clip", metavar="CLIP", help="clip id or SHA-256, or the beginning of one")
    one = command("cat", "a clip's original bytes on standard output")
    one.add_argument("clip", metavar="CLIP")
    command("doctor", "check the machine and say how to mend it", json=True)
    return parser


def _clip_filters(one: argparse.ArgumentParser) -> None:
    one.add_argument("--badge", help="officer's badge number")
    one.add_argument("--recorder", help="recorder's serial")
    one.add_argument("--kind", choices=[kind.value for kind in ClipKind])
    one.add_argument("--collection", metavar="ID")
    one.add_argument("--sha256")
    one.add_argument("--path", help="part of the path on the recorder")
    one.add_argument("--since", type=_moment, metavar="TIME", help="vaulted at or after (ISO 8601)")
    one.add_argument("--until", type=_moment, metavar="TIME", help="vaulted before (ISO 8601)")
    one.add_argument("--important", action="store_true", default=None)
    one.add_argument("--transferred", action=argparse.BooleanOptionalAction, default=None)
    one.add_argument("--limit", type=positive, metavar="N")


def _moment(text: str) -> datetime:
    """ISO 8601; without a zone it is this machine's local time."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO 8601 time") from error


def _span(text: str) -> float:
    """A length of time in seconds."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0")
    return seconds


class Program:
    """One command, with what it needs."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.paths = StatePaths((arguments.state or default_state_dir()).absolute())
        self.voice = Voice(say, as_json=getattr(arguments, "json", False))

    def run(self) -> int:
        """Do it; the exit code."""
        name: str = self.arguments.command
        if name == "demo":
            return self._demo()
        self.settings = settings.load(self.paths.settings)
        run: Run | None = getattr(self.arguments, "run", None)
        if run is not None:
            return run(
                Invocation(self.arguments, self.paths, self.settings, self.voice, self._profiles)
            )
        handlers: dict[str, Callable[[], int]] = {
            "station": self._station,
            "kiosk": self._kiosk,
            "sync": self._sync,
            "collect": self._collect,
            "clips": self._clips,
            "show": lambda: looking.show(self.paths, self.arguments.clip, self.voice),
            "cat": lambda: looking.cat(self.paths, self.arguments.clip),
            "doctor": lambda: looking.examine(self.paths, self.settings, self.voice),
        }
        return handlers[name]()

    def _profiles(self) -> ProfileSet:
        own = [Path(directory) for directory in self.settings.profiles.directories]
        return ProfileSet.load([PROFILES, *own])

    def _demo(self) -> int:
        chosen = self.arguments
        plan = demo.DemoPlan(
            state=chosen.state,
            headless=chosen.headless,
            slots=chosen.slots,
            clips=chosen.clips,
            seconds=chosen.seconds,
            dock=chosen.dock,
        )
        # A wrong address or number is told here, not only in the log of the station's process.
        open_dock(
            plan.dock_url(),
            profiles=ProfileSet.load([PROFILES]),
            cache_directory=demo.footage_cache(),
        )
        return demo.run(plan, [sys.executable, str(Path(__file__).resolve())], self.voice)

    def _station(self) -> int:
        from workstation.station import service

        profiles = self._profiles()
        urls: Sequence[str] = self.arguments.dock or self.settings.dock.urls
        docks = [
            # Footage of simulated recorders is shared by all states; any other dock is told
            # where the vault lies, so that its disk is never taken for a recorder's.
            open_dock(
                url,
                profiles=profiles,
                cache_directory=(
                    demo.footage_cache() if url.startswith("simulated:") else self.paths.vault
                ),
            )
            for url in urls
        ]
        drivers = builtin_drivers(profiles)
        parts = EngineParts(
            drivers,
            docks,
            probes=tuple(profiles.probes()),
            locked=locked_drivers(profiles, self.settings.dock.experimental),
        )
        return service.run(self.paths, self.settings, parts)

    def _kiosk(self) -> int:
        from ui import app, guard

        chosen = self.arguments
        is_full = not (chosen.windowed or chosen.size or chosen.grab)
        if is_full and not chosen.unguarded:
            program = [sys.executable, str(Path(__file__).resolve())]
            return guard.keep([*program, *sys.argv[1:], "--unguarded"])
        options = app.KioskOptions(
            state_dir=self.paths.root,
            windowed=chosen.windowed,
            language=chosen.language,
            theme=chosen.theme,
            size=chosen.size,
            manners=self._manners(),
            is_guarded=is_full,
        )
        if chosen.grab is not None:
            return app.grab_wall(options, chosen.grab)
        return app.run(options)

    def _manners(self) -> Manners:
        from ui.models.presence import Manners

        chosen = self.settings.ui
        return Manners(
            card_needs_pin=self.settings.people.card_needs_pin,
            idle_s=self.settings.people.idle_s,
            clock_after_s=chosen.clock_after_s,
            night_from=chosen.night_from,
            night_until=chosen.night_until,
            volume=chosen.volume,
        )

    def _sync(self) -> int:
        from sync import daemon

        chosen = self.arguments
        if chosen.what == steering.RECONCILE:
            from sync.reconcile.cli import reconcile

            url = chosen.to or self.settings.sync.store
            return reconcile(self.paths, url, self.voice, deep=chosen.deep)
        if chosen.what is not None:
            return steering.run(self.paths, chosen.what, chosen.clip, self.voice)
        return daemon.run(daemon.SyncOptions(self.paths.root, once=chosen.once, to=chosen.to))

    def _collect(self) -> int:
        drivers = builtin_drivers(self._profiles())
        return collecting.collect(
            self.paths, self.settings, drivers, self.arguments.paths, self.voice
        )

    def _clips(self) -> int:
        chosen = self.arguments
        which = ClipFilter(
            badge=chosen.badge,
            recorder_serial=chosen.recorder,
            kind=ClipKind(chosen.kind) if chosen.kind else None,
            collection_id=chosen.collection,
            sha256=chosen.sha256,
            important=chosen.important,
            transferred=chosen.transferred,
            vaulted_from=chosen.since,
            vaulted_before=chosen.until,
            path_contains=chosen.path,
        )
        return looking.clips(self.paths, which, chosen.limit, self.voice)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    try:
        return positive(width), positive(height)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no size like 1920x1080") from error


def _interrupted(voice: Voice) -> int:
    """Ctrl-C or SIGTERM: what was under way is closed as interrupted, and said so."""
    stopped = CollectionStoppedError()
    voice.complain(stopped)
    if voice.as_json:
        voice.document({"error": {**error_document(stopped), "exit_code": INTERRUPTED}})
    return INTERRUPTED


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; what it foresees ends in its exit code, anything else is a bug."""
    arguments = _parser().parse_args(argv)
    # Whatever a recorder's names hold can be shown, also where the terminal knows only ASCII.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    serves = arguments.command in {"station", "sync", "kiosk"}
    quiet = logging.INFO if serves else logging.ERROR
    logs.configure(logging.DEBUG if arguments.verbose else quiet)
    program = Program(arguments)
    try:
        return program.run()
    except StationError as error:
        with contextlib.suppress(BrokenPipeError):  # nobody listens; the exit code still tells
            program.voice.complain(error)
            if program.voice.as_json:
                program.voice.document({"error": error_document(error)})
        return error.exit_code
    except KeyboardInterrupt:
        return _interrupted(program.voice)
    except BrokenPipeError:
        sys.stderr.close()
        return 0


if __name__ == "__main__":
    sys.exit(main())
