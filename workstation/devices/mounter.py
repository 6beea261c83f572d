"""Have cards mounted by the privileged helper, where no udev rule does it, and hear how it went."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from workstation.devices import mount_helper
from workstation.domain.errors import RecorderReadOnlyError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

logger = logging.getLogger(__name__)

RUN = Path("/run/evidock")
RULES = tuple(Path(f"{top}/udev/rules.d/90-evidock.rules") for top in ("/etc", "/usr/lib", "/lib"))
# A card of 128 GB with a full journal takes some seconds; what takes longer will not come.
TIMEOUT_S = 30.0
_END_S = 5.0

_CODES = {
    "foreign": "slot.foreign_medium",
    "corrupt": "slot.corrupt_medium",
    "refused": "slot.mount_failed",
}


class MountNote(msgspec.Struct, frozen=True):
    """What the helper says of one device (``mount_helper.Report``)."""

    node: str
    state: str
    file_system: str = ""
    mount_point: str = ""
    reason: str = ""
    findings: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """What the wall says: why it is not mounted, or a remark on what is."""
        if self.state in {"mounting", "mounted"}:
            return next(iter(self.findings), "")
        return _CODES.get(self.state, "slot.mount_failed")


@dataclass(slots=True)
class _Wish:
    generation: str
    since_s: float
    process: subprocess.Popen[bytes] | None


class Mounter:
    """Used by the dock's thread. Never waits for the helper, which may hang with its card."""

    def __init__(
        self, helper: Sequence[str] = (), run: Path = RUN, timeout_s: float = TIMEOUT_S
    ) -> None:
        """Prepare.

        Args:
            helper: the command that mounts; empty where the udev rule does.
            run: where the helper leaves its notes.
            timeout_s: how long a mount may take before the wall says that it failed.
        """
        self._helper = tuple(helper)
        self._run = run
        self._timeout_s = timeout_s
        self._wishes: dict[str, _Wish] = {}
        self._ends: list[subprocess.Popen[bytes]] = []

    def want(self, node: str, generation: str) -> MountNote | None:
        """Ask once for each docking; what the helper said of it, or that it takes too long."""
        wish = self._wishes.get(node)
        if wish is None or wish.generation != generation:
            self._drop(wish)
            wish = _Wish(generation, time.monotonic(), self._start("mount", node))
            self._wishes[node] = wish
        if wish.process is not None and wish.process.poll() is None:
            return self._late(wish, node)
        note = self.note(node)
        return note if note is not None and note.state in _CODES else self._late(wish, node)

    def note(self, node: str) -> MountNote | None:
        """What the helper left written of a device."""
        try:
            content = (self._run / f"{Path(node).name}.json").read_bytes()
            return msgspec.json.decode(content, type=MountNote)
        except (OSError, msgspec.MsgspecError):
            return None

    def keep(self, nodes: Collection[str]) -> None:
        """Unmount what was mounted for devices that are none of these any more."""
        for node in [node for node in self._wishes if node not in nodes]:
            self._drop(self._wishes.pop(node))
            if (end := self._start("unmount", node)) is not None:
                self._ends.append(end)
        self._ends = [end for end in self._ends if end.poll() is None]

    def close(self) -> None:
        """Unmount everything; waits a moment, and leaves what hangs to itself."""
        self.keep(())
        until_s = time.monotonic() + _END_S
        for end in self._ends:
            try:
                end.wait(max(0.0, until_s - time.monotonic()))
            except subprocess.TimeoutExpired:
                logger.warning("unmount hangs pid=%d", end.pid)

    def _drop(self, wish: _Wish | None) -> None:
        """A helper that still works for a card that is gone; the kernel may not let it go yet."""
        if wish is not None and wish.process is not None and wish.process.poll() is None:
            wish.process.kill()
            self._ends.append(wish.process)

    def _late(self, wish: _Wish, node: str) -> MountNote | None:
        waited_s = time.monotonic() - wish.since_s
        return MountNote(node, "failed", reason="timeout") if waited_s > self._timeout_s else None

    def _start(self, verb: str, node: str) -> subprocess.Popen[bytes] | None:
        name = Path(node).name
        if not self._helper or not mount_helper.NAME.fullmatch(name):
            return None
        try:
            return subprocess.Popen(  # noqa: S603 - our own helper, a name that was checked
                [*self._helper, verb, name],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # a Ctrl-C for the station is none for the mount
            )
        except OSError as error:
            logger.warning("mount helper not started errno=%s", error.errno)
            return None


@contextmanager
def writable(node: str) -> Iterator[None]:
    """A card that the helper has mounted can be written to within this.

    Raises:
        RecorderReadOnlyError: it can not, or the station may not ask for it.
    """
    name = Path(node).name
    if not mount_helper.NAME.fullmatch(name) or not _switch("writable", name):
        raise RecorderReadOnlyError(node=node)
    try:
        yield
    finally:
        if not _switch("readonly", name):
            logger.warning("card not read-only again node=%s", node)


def _switch(verb: str, name: str) -> bool:
    command = switch_command(verb, name)
    if not command:
        return False
    try:
        done = subprocess.run(  # noqa: S603 - our own helper, a name that was checked
            command, check=False, capture_output=True, timeout=TIMEOUT_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        logger.warning("mount helper not run: %s", error)
        return False
    if done.returncode:
        logger.info("card not %s node=%s: %s", verb, name, done.stderr.decode(errors="replace"))
    return done.returncode == 0


def has_rule() -> bool:
    """Whether udev and systemd mount cards by themselves on this machine."""
    return Path("/run/systemd/system").is_dir() and any(rule.exists() for rule in RULES)


def switch_command(verb: str, name: str) -> tuple[str, ...]:
    """How this process has a card made writable, or read-only again; empty where it may not."""
    if has_rule():
        systemctl = shutil.which("systemctl") or "systemctl"
        act = "start" if verb == "writable" else "stop"
        return (systemctl, "--no-ask-password", act, f"evidock-writable@{name}.service")
    command = _own_command()
    return (*command, verb, name) if command else ()


def helper_command() -> tuple[str, ...]:
    """How this process may run the helper; empty where the rule mounts, or where it may not."""
    return () if has_rule() else _own_command()


def _own_command() -> tuple[str, ...]:
    command = (sys.executable, "-I", str(Path(mount_helper.__file__).resolve()))
    if os.geteuid() == 0:
        return command
    sudo = shutil.which("sudo")
    return (sudo, "-n", *command) if sudo else ()
