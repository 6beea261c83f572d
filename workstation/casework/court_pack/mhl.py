"""An ASC Media Hash List (ASC MHL 2.0) over a pack's originals, with its chain file.

C4 ids (SMPTE ST 2114) are the only digests of that standard that nobody can forge, so they are
the ones we give; directory hashes are optional and left out.
"""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.casework.court_pack.measured import c4_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from workstation.casework.court_pack.measured import Measured

FOLDER = "ascmhl"
LIST_NAMESPACE = "urn:ASC:MHL:v2.0"
CHAIN_NAMESPACE = "urn:ASC:MHL:DIRECTORY:v2.0"
IGNORED = (".DS_Store", "ascmhl", "ascmhl/")


@dataclass(frozen=True, slots=True)
class MhlMaker:
    """Who makes the list: ``author`` and ``comment`` are for readers."""

    tool: str
    version: str
    host: str
    author: str
    comment: str
    made_at: datetime


def write(folder: str, files: Iterable[tuple[str, Measured]], by: MhlMaker) -> dict[str, bytes]:
    """The files of an ``ascmhl`` folder by name; ``files`` are relative to the folder it is for."""
    at = by.made_at.isoformat(timespec="seconds")
    name = f"0001_{folder}_{by.made_at:%Y-%m-%d_%H%M%S}Z.mhl"
    root = ET.Element("hashlist", {"version": "2.0", "xmlns": LIST_NAMESPACE})
    creator = ET.SubElement(root, "creatorinfo")
    _text(creator, "creationdate", at)
    _text(creator, "hostname", by.host)
    _text(creator, "tool", by.tool, version=by.version)
    _text(ET.SubElement(creator, "author"), "name", by.author)
    _text(creator, "comment", by.comment)
    process = ET.SubElement(root, "processinfo")
    _text(process, "process", "transfer")
    ignore = ET.SubElement(process, "ignore")
    for pattern in IGNORED:
        _text(ignore, "pattern", pattern)
    hashes = ET.SubElement(root, "hashes")
    for path, measured in files:
        one = ET.SubElement(hashes, "hash")
        _text(one, "path", path, size=str(measured.size_bytes))
        _text(one, "c4", measured.c4, action="original", hashdate=at)
    listed = _document(root)
    chain = ET.Element("ascmhldirectory", {"xmlns": CHAIN_NAMESPACE})
    entry = ET.SubElement(chain, "hashlist", {"sequencenr": "1"})
    _text(entry, "path", name)
    _text(entry, "c4", c4_of(listed))
    return {name: listed, "ascmhl_chain.xml": _document(chain)}


def _text(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, tag, attributes).text = text


def _document(root: ET.Element) -> bytes:
    ET.indent(root)
    out = io.BytesIO()
    ET.ElementTree(root).write(out, encoding="UTF-8", xml_declaration=True)
    return out.getvalue() + b"\n"
