"""ZFY_INFO of GA/T 947: who a recorder says it is, as 89 bytes on the wire or 94 in C.

Layout (bytes): serial 7, officer's number 6, officer's name 32, unit code 12, unit name 32, in
GBK, padded with NUL or blanks. The C structure of some makers has one NUL more after each field.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workstation.domain.clip import BadgeNumber
from workstation.domain.errors import BindingUnfitError
from workstation.domain.recorder import Inscription, RecorderIdentity

if TYPE_CHECKING:
    from collections.abc import Iterable

FIELDS = (
    ("serial", 7),
    ("badge", 6),
    ("officer_name", 32),
    ("unit_code", 12),
    ("unit_name", 32),
)
PACKED_BYTES = sum(size for _, size in FIELDS)
C_BYTES = PACKED_BYTES + len(FIELDS)
SERIAL_UNKNOWN = "identity.unknown"
PASSWORD_FACTORY = "password.factory"  # noqa: S105 - the code of a finding

_UNSET = re.compile(r"0*")  # what the factory writes: nobody's number


def unpack(raw: bytes) -> Inscription:
    """Read the packed form, or the C structure where the bytes after the first two fields are NUL.

    Raises:
        ValueError: shorter than the packed form.
    """
    if len(raw) < PACKED_BYTES:
        raise ValueError(len(raw))
    has_ends = len(raw) >= C_BYTES and raw[7] == 0 and raw[14] == 0
    texts: list[str] = []
    place = 0
    for _, size in FIELDS:
        texts.append(decode(raw[place : place + size]))
        place += size + has_ends
    serial, badge, officer_name, unit_code, unit_name = texts
    return Inscription(serial, BadgeNumber(badge), officer_name, unit_code, unit_name)


def pack(inscription: Inscription) -> bytes:
    """The 89 bytes of the wire.

    Raises:
        BindingUnfitError: a field is longer than its room, or no text of GBK.
    """
    return b"".join(encode(inscription, name, size) for name, size in FIELDS)


def facts_of(inscription: Inscription) -> dict[str, str]:
    """The fields as facts of a custody entry; empty ones are left out."""
    texts = {name: str(getattr(inscription, name)) for name, _ in FIELDS}
    return {name: text for name, text in texts.items() if text}


def encode(inscription: Inscription, name: str, size: int) -> bytes:
    """One field, padded with NUL.

    Raises:
        BindingUnfitError: it is longer than ``size`` bytes, or no text of GBK.
    """
    text: str = getattr(inscription, name)
    try:
        raw = text.encode("gbk")
    except UnicodeEncodeError as error:
        raise BindingUnfitError(field=name, bytes=len(text), limit=size) from error
    if len(raw) > size:
        raise BindingUnfitError(field=name, bytes=len(raw), limit=size)
    return raw.ljust(size, b"\0")


def decode(raw: bytes) -> str:
    """A padded GBK field. A character that the recorder cut in half is left out at the end."""
    text = raw.partition(b"\0")[0].rstrip(b" \xff")
    try:
        return text.decode("gbk").strip()
    except UnicodeDecodeError as error:
        if error.end == len(text) and error.reason.startswith("incomplete"):
            return text[: error.start].decode("gbk").strip()
        return text.decode("gbk", "replace").strip()


def identity_of(
    profile: str, written: Inscription, id_code: str, findings: Iterable[str] = ()
) -> RecorderIdentity:
    """What a recorder said of itself over its own command channel.

    A serial of zeros is nobody's: then the finding ``identity.unknown`` says so, and the name
    the recorder goes by is its vendor's code.
    """
    known = {
        "serial": written.serial,
        "badge": str(written.badge),
        "officer_name": written.officer_name,
        "unit": written.unit_name or written.unit_code,
    }
    told = {name: text for name, text in known.items() if not _UNSET.fullmatch(text)}
    codes = tuple(findings) + (() if "serial" in told else (SERIAL_UNKNOWN,))
    provenance = dict.fromkeys(told, "device") | {"serial": "device"}
    return RecorderIdentity(
        serial=told.get("serial", id_code or profile),
        profile=profile,
        badge=BadgeNumber(told["badge"]) if "badge" in told else None,
        officer_name=told.get("officer_name"),
        unit=told.get("unit"),
        provenance=provenance,
        findings=codes,
    )
