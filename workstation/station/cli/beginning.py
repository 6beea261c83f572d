"""``init``: the first-start ceremony makes the station and its first administrator."""

from __future__ import annotations

import getpass
import os
import stat
import sys
import tomllib
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import msgspec

from workstation.casework.directory import Directory, badge_number, person_name, unit_code
from workstation.casework.pins import load_seal, require_good_pin
from workstation.catalog.reader import Catalog
from workstation.domain.errors import AlreadyInitialisedError, StationError, UsageError
from workstation.domain.errors_people import BadRosterError
from workstation.domain.people import Role
from workstation.platform.toml_lines import error_line
from workstation.station import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from workstation.station.cli.output import Voice
    from workstation.station.cli.table import Invocation, Table

DECLINED = 2
LONGEST_BYTES = 4096
_NOT_OURS_ALONE = stat.S_IRWXG | stat.S_IRWXO


class Administrator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is to be the first administrator; in a file, TOML with these keys."""

    badge: str
    name: str
    pin: str
    unit: str = "1"
    unit_name: str = ""  # else the station's own name

    def require_good(self, least_digits: int) -> None:
        """Refuse what the directory would refuse, before anything is made.

        Raises:
            BadPersonError, PinWeakError
        """
        badge_number(self.badge)
        person_name(self.name)
        unit_code(self.unit)
        if self.unit_name:
            person_name(self.unit_name)
        require_good_pin(self.pin, self.badge, least_digits)


def add_commands(table: Table) -> None:
    """The first command of all."""
    one = table.add("init", "first-start ceremony: keys, vault, ledger, people", _init, json=True)
    one.add_argument("--non-interactive", action="store_true", help="do not ask")
    one.add_argument(
        "--administrator",
        type=Path,
        metavar="FILE",
        help="the first administrator: TOML with badge, name, pin, unit, unit_name; - for stdin",
    )


def _init(invocation: Invocation) -> int:
    """Make the station; what is wrong with the answers is told before anything is made.

    Raises:
        AlreadyInitialisedError, StateUnusableError
        BadRosterError, BadPersonError, PinWeakError: the administrator's file.
    """
    chosen, paths, voice = invocation.arguments, invocation.paths, invocation.voice
    if record.is_initialised(paths):
        raise AlreadyInitialisedError(path=str(paths.root))
    least = invocation.settings.people.pin_digits
    first: Administrator | None = None
    if chosen.administrator is not None:
        first = _read(chosen.administrator)
        first.require_good(least)
    if not chosen.non_interactive and sys.stdin.isatty():
        voice.line(f"将在 {paths.root} 建立采证站：新密钥、新台账。")
        voice.line(f"A station will be created in {paths.root}: new keys, a new ledger.")
        voice.line("继续？/ Go on? [y/N]")
        if sys.stdin.readline().strip().lower() not in {"y", "yes", "是"}:
            return DECLINED
        if first is None:
            first = _ask(voice, invocation.settings.station.name, least)
    made = record.initialise(paths, invocation.settings)
    if first is not None:
        # A PIN that somebody wrote into a file is not the administrator's secret alone.
        _add(invocation, first, must_change=chosen.administrator is not None)
    if voice.as_json:
        document = msgspec.to_builtins(made)
        voice.document({**document, "administrator": first.badge if first else None})
    else:
        voice.line(f"采证站 / station {made.id}")
        voice.line(f"公钥 / public key {made.verifier}")
        _tell_people(first, voice)
        voice.line(
            f"请现在备份 {paths.keys}：没有它，库中录像谁也打不开。\n"
            f"Back up {paths.keys} now: without it nobody can open the vault."
        )
    return 0


def _tell_people(first: Administrator | None, voice: Voice) -> None:
    if first is not None:
        voice.line(f"管理员 / administrator {first.badge} {first.name}")
        return
    voice.line(
        "还没有管理员，无人能登录，采集不受影响：main.py people unit、main.py people add … "
        "--role administrator --pin\n"
        "There is no administrator yet, nobody can sign in, intake works: main.py people unit, "
        "main.py people add … --role administrator --pin"
    )


def _add(invocation: Invocation, first: Administrator, *, must_change: bool) -> None:
    """Unit, person and PIN, each with its custody entry."""
    paths, by = invocation.paths, f"uid:{os.getuid()}"
    with (
        record.sole_owner(paths),
        closing(record.open_ledger(paths)) as ledger,
        closing(Catalog.open(paths.ledger)) as catalog,
    ):
        directory = Directory(ledger, catalog)
        unit_name = first.unit_name or invocation.settings.station.name
        directory.add_unit(first.unit, unit_name, None, by)
        directory.add(first.badge, first.name, first.unit, Role.ADMINISTRATOR, by)
        seal = load_seal(paths.people_key, catalog.people_key_checks())
        least = invocation.settings.people.pin_digits
        directory.set_pin(first.badge, first.pin, seal, least, by, must_change=must_change)


# -- asking --------------------------------------------------------------------------------


def _ask(voice: Voice, station: str, least_digits: int) -> Administrator:
    """The first administrator, from whoever sits there; asked again until each answer can be."""
    voice.line("")
    voice.line("第一名管理员（以后由其登记其他人员）：")
    voice.line("The first administrator (who will enter everybody else):")
    badge = _until_good(voice, "证号 / badge number", badge_number)
    name = _until_good(voice, "姓名 / name", person_name)
    unit = _until_good(voice, "单位编号 / unit code", unit_code, "1")
    unit_name = _until_good(voice, "单位名称 / unit name", person_name, station)
    return Administrator(badge, name, _ask_pin(voice, badge, least_digits), unit, unit_name)


def _until_good(
    voice: Voice, prompt: str, check: Callable[[str], object], default: str = ""
) -> str:
    while True:
        voice.line(f"{prompt}" + (f" [{default}]" if default else "") + ":")
        said = sys.stdin.readline()
        if not said:
            raise UsageError(reason="没有回答 / no answer", asked=prompt)
        try:
            check(answer := said.strip() or default)
        except StationError as error:
            voice.complain(error)
        else:
            return answer


def _ask_pin(voice: Voice, badge: str, least_digits: int) -> str:
    while True:
        pin = getpass.getpass("PIN: ")
        try:
            require_good_pin(pin, badge, least_digits)
        except StationError as error:
            voice.complain(error)
            continue
        if getpass.getpass("再输入一次 / again: ") == pin:
            return pin
        voice.line("两次输入不同 / the two differ")


# -- reading -------------------------------------------------------------------------------


def _read(path: Path) -> Administrator:
    """The administrator in a file that its owner alone can read, or on standard input."""
    if str(path) == "-":
        return _understand(path, sys.stdin.buffer.read(LONGEST_BYTES + 1))
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & _NOT_OURS_ALONE:
                _refuse(path, f"mode {mode:04o}: chmod 600")
            return _understand(path, file.read(LONGEST_BYTES + 1))
    except OSError as error:
        _refuse(path, error.strerror or "unreadable", cause=error)


def _understand(path: Path, written: bytes) -> Administrator:
    if len(written) > LONGEST_BYTES:
        _refuse(path, "too long")
    try:
        text = written.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse(path, "not UTF-8", cause=error)
    try:
        return msgspec.convert(tomllib.loads(text), Administrator)
    except tomllib.TOMLDecodeError as error:
        _refuse(path, str(error), line=error_line(error, text), cause=error)
    except msgspec.ValidationError as error:
        _refuse(path, str(error), cause=error)


def _refuse(path: Path, reason: str, *, line: int = 0, cause: Exception | None = None) -> NoReturn:
    places = {"line": line} if line else {}
    raise BadRosterError(file=str(path), reason=reason, **places) from cause
