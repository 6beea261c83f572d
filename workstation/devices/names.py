"""Turn the raw bytes of a file name into text a person can read and nobody can be fooled by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

NOT_UTF8 = "name.not_utf8"
CONTROL_CHARACTERS = "name.control_characters"
TOO_LONG = "name.too_long"
DOT_DOT = "name.dot_dot"
CASE_CLASH = "name.case_clash"

LONG_NAME_BYTES = 255  # NAME_MAX of Linux; a vault or an export on another system cuts it

# C0, DEL, C1, lone surrogates, line separators, zero-width, direction marks and overrides:
# what ends a line, hides, or makes "gpj.exe" of "exe.jpg".
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)
# ".." between separators of any system, full-width look-alikes among them.
_CLIMBS = re.compile(r"(?:^|[\\/\u2215\u2044\uff0f\uff3c])\.\.(?:[\\/\u2215\u2044\uff0f\uff3c]|$)")
_PLAIN = re.compile(rb"[\x20-\x5b\x5d-\x7e]+")  # printable ASCII without the backslash


def display(raw_name: bytes) -> tuple[str, tuple[str, ...]]:
    """Give one part of a path as text, and the codes of what is odd about it.

    UTF-8 where it is valid, else GB 18030 (recorders of this country write GBK), else
    backslash escapes. What can not be seen is escaped; a backslash is doubled, so two
    different names never look the same.
    """
    if _PLAIN.fullmatch(raw_name) and b".." not in raw_name and len(raw_name) < LONG_NAME_BYTES:
        return raw_name.decode("ascii"), ()
    text, has_backslash, odd = _decode(raw_name)
    findings = list(odd)
    if has_backslash or _CLIMBS.search(text):
        findings.append(DOT_DOT)
    if _UNSEEN.search(text):
        findings.append(CONTROL_CHARACTERS)
        text = _UNSEEN.sub(_escape, text)
    if len(raw_name) >= LONG_NAME_BYTES:
        findings.append(TOO_LONG)
    return text, tuple(findings)


def clashing(names: Iterable[str]) -> frozenset[str]:
    """Those of the names of one directory that differ from another one only by case."""
    first: dict[str, str] = {}
    clashes: set[str] = set()
    for name in names:
        other = first.setdefault(name.casefold(), name)
        if other != name:
            clashes.update((other, name))
    return frozenset(clashes)


def _decode(raw_name: bytes) -> tuple[str, bool, tuple[str, ...]]:
    """Text with doubled backslashes, whether it had any, and what was odd."""
    encodings: tuple[tuple[str, tuple[str, ...]], ...] = (("utf-8", ()), ("gb18030", (NOT_UTF8,)))
    for encoding, findings in encodings:
        try:
            text = raw_name.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\\", "\\\\"), "\\" in text, findings
    doubled = raw_name.replace(b"\\", b"\\\\")
    return doubled.decode("utf-8", "backslashreplace"), doubled != raw_name, (NOT_UTF8,)


def _escape(match: re.Match[str]) -> str:
    number = ord(match.group())
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
