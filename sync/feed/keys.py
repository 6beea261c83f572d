"""Where the directory lies: beside the evidence, under ``directory/``."""

from __future__ import annotations

HEAD_KEY = "directory/head"
DIRECTORY_SUFFIX = "-directory"  # of a bucket's name: documents that only the centre writes


def former_head_key(number: int) -> str:
    """Where every list stays, so that the centre itself can not be led back to an old one."""
    return f"directory/heads/{number:08}"


def snapshot_key(kind: str, rev: int) -> str:
    return f"directory/{kind}/{rev:08}.json"


def delta_key(kind: str, rev: int) -> str:
    return f"directory/{kind}/{rev:08}.delta.json"


def agency_key_key(number: int) -> str:
    return f"directory/keys/{number:08}.json"


def proposals_prefix(station: str) -> str:
    return f"events/{station}/proposals/"


def proposal_key(station: str, seq: int) -> str:
    return f"{proposals_prefix(station)}{seq:012}.json"
