"""A virtual machine with USB sockets, and the station's own tree and disk inside it."""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("EVIDOCK_RIG") or ROOT.parent / "shared" / "rig")
TOOLS = (
    "qemu-system-x86_64",
    "qemu-img",
    "mmdebstrap",
    "mke2fs",
    "mkfs.vfat",
    "mkfs.exfat",
    "mcopy",
)
_SBIN = "/usr/sbin:/sbin"
# Sizes of the two disks. Fixed, because the saved state of a booted machine remembers them.
APP_BYTES = 1 << 30  # sparse: what is not used takes no room
STATE_BYTES = 6 << 30
# Of the project, what a station runs; of the packages, all but what only a screen or a
# developer needs: they are two thirds of the bytes.
TREE = ("main.py", "workstation", "drivers", "sync", "ui", "resources", "installer", "tests")
NOT_NEEDED = (
    "PySide6*",
    "pyside6*",
    "shiboken6*",
    "mypy*",
    "*__mypyc*",
    "ruff*",
    "tink*",
    "grimp*",
)


class Running(Protocol):
    """A command running in the guest."""

    rc: int | None
    err: bytearray

    def wait(self, timeout: float = ...) -> int: ...

    def wait_for(self, text: str, timeout: float = ...) -> None: ...

    def text(self) -> str: ...

    def kill(self, sig: int = ...) -> None: ...


class Device(Protocol):
    """A recorder written in Python, while it is plugged in."""

    log: list[str]
    ops: dict[str, int]  # how often each operation was asked for

    def stats(self) -> dict[str, int]: ...


class Machine(Protocol):
    """What we use of the rig's own machine; its folder tells the rest."""

    kernel: str

    def qmp(self, command: str, **arguments: object) -> object: ...

    def start(self) -> Machine: ...

    def stop(self, force: bool = ...) -> None: ...

    def run(self, cmd: str, **options: object) -> tuple[int, str]: ...

    def check(self, cmd: str, **options: object) -> str: ...

    def spawn(self, cmd: str, **options: object) -> Running: ...

    def hub(self, port: str, ports: int = ...) -> None: ...

    def plug(self, port: str, image: Path, *texts: str, **options: object) -> object: ...

    def plug_mtp(self, port: str, directory: Path, **options: object) -> None: ...

    def plug_emulated(self, port: str, device: Device) -> object: ...

    def unplug(self, port: str) -> None: ...

    def device(self, port: str) -> Device: ...

    def stats(self, port: str) -> dict[str, int]: ...

    def wait_block(self, port: str, timeout: float = ...) -> str: ...

    def console(self) -> str: ...


def why_not() -> str:
    """Why no machine can be had here; empty where one can."""
    if not (FOLDER / "rig.py").is_file():
        return f"there is no {FOLDER} with the rig"
    path = f"{os.environ['PATH']}:{_SBIN}"
    missing = [tool for tool in TOOLS if shutil.which(tool, path=path) is None]
    if missing:
        return f"not installed: {', '.join(missing)} (installer/packages.sh rig)"
    if os.geteuid() != 0:
        return "building the guest's disk needs root"
    if sys.version_info[:2] != (3, 11):
        return f"the guest runs Python 3.11, these wheels are for {sys.version.split()[0]}"
    return ""


def part(name: str) -> ModuleType:
    """A module of the rig: ``rig``, ``usbemu``, ``mkimg``."""
    # It opens files for as long as it lives and finds its own modules beside it.
    if str(FOLDER) not in sys.path:
        sys.path.insert(0, str(FOLDER))
    if _SBIN not in os.environ["PATH"]:
        os.environ["PATH"] += f":{_SBIN}"
    return importlib.import_module(name)


@contextmanager
def sole_user() -> Iterator[Path]:
    """The rig's cache, ours alone: two emulated machines would starve one another."""
    cache = Path(part("rig").CACHE)
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "evidock.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield cache


def build_app_disk(cache: Path) -> Path:
    """The station's tree and its packages as a read-only file system, byte-compiled.

    Over the shared folder a start takes half a minute, from a disk a few seconds.
    """
    home = cache / "evidock-app"
    shutil.rmtree(home, ignore_errors=True)
    app = home / "app"
    packages = next((Path(sys.prefix) / "lib").glob("python3*/site-packages"))
    ignored = shutil.ignore_patterns("__pycache__", "build", ".*cache")
    for name in TREE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, app / name, ignore=ignored)
        else:
            app.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, app / name)
    shutil.copytree(
        packages, home / "packages", ignore=shutil.ignore_patterns(*NOT_NEEDED), symlinks=True
    )
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", "-j", "2", str(home)],
        check=False,  # packages carry sources for other Pythons
        stdout=subprocess.DEVNULL,
        env={key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
    )
    image = cache / "evidock-app.img"
    _make_disk(image, APP_BYTES, "-d", str(home))
    shutil.rmtree(home)
    return image


def fresh_state_disk(cache: Path) -> Path:
    """An empty disk for the station's state: a real file system, as on a real station."""
    image = cache / "evidock-state.img"
    _make_disk(image, STATE_BYTES, "-E", "lazy_itable_init=1,lazy_journal_init=1")
    return image


def _make_disk(image: Path, size_bytes: int, *options: str) -> None:
    image.unlink(missing_ok=True)
    image.touch()
    os.truncate(image, size_bytes)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", *options, str(image)], check=True)


@dataclass(frozen=True, slots=True)
class Disks:
    """The two disks of a guest, and where they lie."""

    app: Path
    state: Path

    def arguments(self) -> list[str]:
        """How QEMU is told of them: first comes /dev/vdb, then /dev/vdc."""
        made = []
        for name, image, mode in (("app", self.app, "on"), ("state", self.state, "off")):
            drive = f"if=none,id={name},file={image},format=raw,cache=unsafe,readonly={mode}"
            made += ["-drive", drive, "-device", f"virtio-blk-pci,drive={name}"]
        return made


ENVIRONMENT = {
    "PYTHONPATH": "/app/packages",
    "PYTHONDONTWRITEBYTECODE": "1",
    "LC_ALL": "C.UTF-8",
}
# Ours first: there are packages that bring a ``tests`` of their own.
WITH_TESTS = {**ENVIRONMENT, "PYTHONPATH": "/app/app:/app/packages"}
MAIN = "python3 /app/app/main.py"


@contextmanager
def booted(disks: Disks, *, cold: bool = False, **options: object) -> Iterator[Machine]:
    """A running guest with the disks mounted at /app and /var/lib/evidock.

    ``cold`` boots the kernel; otherwise a booted machine is taken up where it was saved.
    """
    rig = part("rig")
    image = rig.build(pips=[])
    machine = cast(
        "Machine", rig.Rig(image, warm=not cold, extra=disks.arguments(), mem_mb=2048, **options)
    )
    try:
        machine.start()
        machine.check(
            "mkdir -p /app /var/lib/evidock && mount -o ro /dev/vdb /app"
            " && mount /dev/vdc /var/lib/evidock"
            # A machine's own udev rule has empty card readers looked at every two seconds; the
            # guest starts without the event that would bring it about.
            " && echo 2000 > /sys/module/block/parameters/events_dfl_poll_msecs"
        )
        yield machine
    finally:
        machine.stop()
        let_go(machine)


def let_go(machine: Machine) -> None:
    """Close what the rig leaves to the end of the process: with us each such leak is an error."""
    qmp = getattr(machine, "qmp", None)
    for holder, name in ((machine, "err"), (machine, "agent"), (qmp, "f"), (qmp, "s")):
        leak = getattr(holder, name, None)
        if leak is not None:
            with contextlib.suppress(OSError):
                leak.close()
