"""The certificate and the list of a court pack as PDF, in one language."""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.casework.court_pack.layout import print_apart
from workstation.domain.casework import Field
from workstation.platform.clock import from_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from workstation.casework.court_pack.building import PackPlan
    from workstation.casework.court_pack.contents import Piece
    from workstation.casework.court_pack.custody import CustodyProof
    from workstation.catalog.values import CollectionSummary
    from workstation.ledger.notes import Checkpoint

LANGUAGES = ("zh_CN", "en")
RESOURCES = Path(__file__).parents[3] / "resources" / "court_pack"
MEGABYTE = 1_000_000
CHECKS = """\
sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt
bagit.py --validate .
openssl pkeyutl -verify -pubin -inkey proof/station.pem -rawin \\
    -in statement.txt -sigfile statement.txt.ed25519"""

_IN_DIGITS = frozenset({"fingerprint", "export", "checkpoint"})
_DIGITS = " class=digits"

Thumbnail = Callable[[str], bytes | None]  # a clip's small picture as JPEG, by its id


@dataclass(frozen=True, slots=True)
class PdfPages:
    """Lays out a pack's documents in both languages."""

    thumbnail: Thumbnail

    def __call__(self, pack: PackPlan, proof: CustodyProof) -> dict[str, bytes]:
        pictures: dict[str, bytes | None] = {
            piece.clip.id: self.thumbnail(piece.clip.id) for piece in pack.pieces
        }
        style = (RESOURCES / "pages.css").read_text(encoding="utf-8")
        htmls = [Document(pack, proof.point, pictures, one).html() for one in LANGUAGES]
        names = [f"documents/certificate.{language}.pdf" for language in LANGUAGES]
        return dict(zip(names, print_apart(htmls, style), strict=True))


class Document:
    """One document in one language, as HTML for paper."""

    def __init__(
        self,
        pack: PackPlan,
        point: Checkpoint,
        pictures: Mapping[str, bytes | None],
        language: str,
    ) -> None:
        self._pack = pack
        self._point = point
        self._pictures = pictures
        self._language = language
        path = RESOURCES / f"words.{language}.toml"
        self._words: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))

    def html(self) -> str:
        """The whole document."""
        words, export = self._words, escape(self._pack.warrant.export)
        number = words["page"].format(page='" counter(page) "', pages='" counter(pages) "')
        title = escape(f"{words['title']} {self._pack.warrant.export}")
        return (
            f'<!doctype html><html lang="{self._language.replace("_", "-")}"><head>'
            f"<meta charset=utf-8><title>{title}</title>"
            f'<style>@page {{ @bottom-right {{ content: "{number}" }} }}</style></head><body>'
            f"<h1>{escape(words['title'])}</h1>"
            f"<div class=subtitle>{escape(words['subtitle'])} · <span class=export>{export}</span>"
            f"</div>{self._certificate()}{self._clocks()}{self._checks()}{self._signatures()}"
            f"<section class=list><h1>{escape(words['list_title'])}</h1>"
            f"<div class=subtitle>{escape(words['list_subtitle'])} · {export}</div>"
            f"{self._list()}{self._left_out()}{self._signatures()}</section></body></html>"
        )

    def _certificate(self) -> str:
        pack, words = self._pack, self._words
        warrant, station = pack.warrant, pack.station
        case = warrant.case
        named = " ".join(filter(None, (case.number, case.text(Field.TITLE)))) if case else ""
        size = f"{_size(pack.size_bytes)} ({pack.size_bytes:,} B)"
        at = _moment(from_text(self._point.at))
        facts = {
            "case": named or words["no_case"],
            "export": warrant.export,
            "station": f"{station.name} ({station.id})",
            "by": f"{warrant.by.name} {warrant.by.badge}",
            "second": f"{warrant.second.name} {warrant.second.badge}",
            "reason": warrant.reason,
            "made": _moment(warrant.made_at),
            "place": station.name,
            "method": words["method_text"],
            "count": words["count_text"].format(clips=len(pack.pieces), size=size),
            "checkpoint": words["checkpoint_text"].format(size=self._point.size, at=at)
            + f"\n{self._point.root.hex()}",
            "fingerprint": station.fingerprint,
        }
        rows = "".join(
            f"<tr><th>{escape(words[name])}</th><td{_DIGITS if name in _IN_DIGITS else ''}>"
            f"{_lines(value)}</td></tr>"
            for name, value in facts.items()
        )
        told = f"<p class=told>{escape(words['statement'])}</p>"
        return f"<table class=facts>{rows}</table>{told}"

    def _clocks(self) -> str:
        words = self._words
        state = words[f"clock_{self._pack.station.clock}"]
        dockings = {piece.docking.id: piece.docking for piece in self._pack.pieces if piece.docking}
        rows = "".join(self._clock_row(one) for one in dockings.values())
        heads = _heads(words[name] for name in ("recorder", "docked", "offset"))
        return (
            f"<h2>{escape(words['clock_title'])}</h2>"
            f"<p>{escape(words['clock_text'].format(clock=state))}</p>"
            f"<table><thead>{heads}</thead><tbody>{rows}</tbody></table>"
        )

    def _clock_row(self, docking: CollectionSummary) -> str:
        offset, doubt = docking.clock_offset_s, docking.clock_uncertainty_s
        text = self._words["offset_unknown"]
        if offset is not None:
            text = f"{offset:+.1f} s" + (f" ± {doubt:.1f} s" if doubt is not None else "")
        cells = (docking.recorder_serial, _moment(docking.started_at), text)
        return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"

    def _checks(self) -> str:
        words = self._words
        return (
            f"<h2>{escape(words['check_title'])}</h2><p>{escape(words['check_text'])}</p>"
            f"<pre>{escape(CHECKS)}</pre>"
        )

    def _signatures(self) -> str:
        names = ("sign_by", "sign_second", "sign_holder", "sign_date")
        cells = "".join(f"<td>{escape(self._words[name])}</td>" for name in names)
        return f"<table class=signatures><tr>{cells}</tr></table>"

    def _list(self) -> str:
        columns = ("number", "picture", "name", "format", "time", "digest")
        heads = _heads(self._words[name] for name in columns)
        rows = "".join(self._row(piece) for piece in self._pack.pieces)
        return f"<table><thead>{heads}</thead><tbody>{rows}</tbody></table>"

    def _row(self, piece: Piece) -> str:
        words, clip = self._words, piece.clip
        jpeg = self._pictures.get(clip.id)
        picture = escape(words["no_picture"])
        if jpeg:
            picture = f'<img src="data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}">'
        officer = piece.docking.officer_name if piece.docking else None
        what = (
            f"<div class=file>{escape(piece.name)}</div><div class=quiet>"
            + self._labelled(
                ("recorder", clip.recorder_serial),
                ("officer", " ".join(filter(None, (officer, clip.badge)))),
                ("path", clip.source_path),
            )
            + "</div>"
        )
        suffix = clip.name.rpartition(".")[2].upper() if "." in clip.name else ""
        form = (
            f"{escape(words[f'kind_{clip.kind.value}'])} {escape(suffix)}<br>"
            f"{_size(clip.size_bytes)}<br><span class=quiet>{clip.size_bytes:,} B</span>"
        )
        corrected = piece.corrected_at
        when = self._labelled(
            ("recorded", _naive(clip.recorded_at) or words["unknown"]),
            ("corrected", _naive(corrected)),
            ("duration", _length(clip.duration_s)),
            ("vaulted", _moment(clip.vaulted_at)),
        )
        digests = [f"SHA-256\n{clip.digest.sha256}"]
        digests += [f"SM3\n{clip.digest.sm3}"] if clip.digest.sm3 else []
        digest = "<br>".join(map(_lines, digests))
        level = f"<span class=label>{escape(words['level'])}</span> {clip.level.name}"
        return (
            f"<tr><td class=number>{piece.place}</td><td class=picture>{picture}</td>"
            f"<td class=what>{what}</td><td class=format>{form}</td><td class=when>{when}</td>"
            f"<td><div class=digits>{digest}</div>{level}</td></tr>"
        )

    def _labelled(self, *facts: tuple[str, str]) -> str:
        return "".join(
            f"<div><span class=label>{escape(self._words[name])}</span> {escape(value)}</div>"
            for name, value in facts
            if value
        )

    def _left_out(self) -> str:
        if not self._pack.left_out:
            return ""
        rows = "".join(
            f"<tr><td class=digits>{escape(one.clip)}</td><td>{escape(one.code)}</td></tr>"
            for one in self._pack.left_out
        )
        return f"<h2>{escape(self._words['left_out_title'])}</h2><table>{rows}</table>"


def _heads(names: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<th>{escape(name)}</th>" for name in names) + "</tr>"


def _size(size_bytes: int) -> str:
    if size_bytes >= MEGABYTE:
        return f"{size_bytes / MEGABYTE:,.1f} MB"
    return f"{size_bytes / 1000:.1f} kB"


def _lines(text: str) -> str:
    return "<br>".join(map(escape, text.split("\n")))


def _moment(moment: datetime) -> str:
    """Local time with its zone."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S %z}"


def _naive(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


def _length(seconds: float | None) -> str:
    if seconds is None:
        return ""
    whole = round(seconds)
    return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
