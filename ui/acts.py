"""What the acts of custody entries are called. Pure Python."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

_FILE = Path(__file__).resolve().parents[1] / "resources" / "words" / "acts.toml"


class _Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zh_CN: str  # noqa: N815 - a language's name
    en: str


class _Act(_Kind, frozen=True, forbid_unknown_fields=True):
    kind: str


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    acts: dict[str, _Act]
    kinds: dict[str, _Kind]


def act_word(act: str, language: str) -> str:
    """An act in words; one that nobody named, as it is written."""
    found = _words().acts.get(act)
    return act if found is None else _said(found, language)


def kind_word(kind: str, language: str) -> str:
    """A kind of acts in words."""
    return _said(_words().kinds[kind], language)


def kinds() -> tuple[str, ...]:
    """The kinds of acts, in the order people are offered them."""
    return tuple(_words().kinds)


def acts_of(kind: str) -> tuple[str, ...]:
    """The acts of one kind."""
    return tuple(act for act, found in _words().acts.items() if found.kind == kind)


def known() -> frozenset[str]:
    """Every act that has words."""
    return frozenset(_words().acts)


def _said(words: _Kind, language: str) -> str:
    return words.en if language == "en" else words.zh_CN


@cache
def _words() -> _Document:
    return msgspec.convert(tomllib.loads(_FILE.read_text(encoding="utf-8")), _Document)
