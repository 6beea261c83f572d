"""``secrets``: passwords of recorders and keys of platforms, sealed on this station."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

from workstation.domain.errors import UsageError
from workstation.station import record
from workstation.vault.secrets import PLATFORM, PLATFORMS, RECORDER, SealedSecrets

if TYPE_CHECKING:
    from workstation.devices.profiles import ProfileSet
    from workstation.station.cli.table import Invocation, Table


def add_commands(table: Table) -> None:
    """What keeps secrets."""
    group = table.group("secrets", "passwords of recorders, sealed")
    one = group.add("set", "set one: asked for, or read from standard input", _set)
    one.add_argument("name", metavar="NAME", help="recorder.zzx, platform.gosuncn, …")
    group.add("list", "names that have a value; never the values", _list, json=True)
    one = group.add("remove", "forget one and the value it had before", _remove)
    one.add_argument("name", metavar="NAME")


def _sealed(invocation: Invocation) -> SealedSecrets:
    record.load(invocation.paths)
    return SealedSecrets(invocation.paths.secrets, record.load_keyring(invocation.paths))


def _set(invocation: Invocation) -> int:
    name: str = invocation.arguments.name
    _check(name, invocation.profiles())
    sealed = _sealed(invocation)
    sealed.put(name, _value(name))
    invocation.voice.line(f"已保存 / kept: {name}")
    return 0


def _value(name: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(f"{name}: ")
    if first != getpass.getpass(f"{name} (再输一次 / again): "):
        raise UsageError(reason="not the same twice", name=name)
    return first


def _check(name: str, profiles: ProfileSet) -> None:
    """Refuse a name that no driver will ever ask for: most likely it was mistyped."""
    known = sorted(
        RECORDER + profile.key for profile in profiles if profile.file.vendor_mode is not None
    ) + [PLATFORM + name for name in PLATFORMS]
    if name not in known:
        raise UsageError(reason=f"unknown name {name}; known: {', '.join(known)}")


def _list(invocation: Invocation) -> int:
    names = _sealed(invocation).names()
    if invocation.voice.as_json:
        invocation.voice.document({"secrets": list(names)})
    else:
        for name in names:
            invocation.voice.line(name)
    return 0


def _remove(invocation: Invocation) -> int:
    name: str = invocation.arguments.name
    _sealed(invocation).remove(name)
    invocation.voice.line(f"已清除 / removed: {name}")
    return 0
