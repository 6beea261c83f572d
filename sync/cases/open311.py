"""Open311 GeoReport v2, read only: service requests as JSON, or XML where only that is served.

Nothing of an answer is believed beyond what can be checked: real servers send numbers as texts,
errors inside a status 200, pages that begin again, and other charsets than they name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from sync.cases.wording import decoded, moment, one_line, place_on_earth, shortened
from sync.platforms.wire import TIMEOUT_S, Wire
from workstation.domain.errors_platform import PlatformAnswerError, PlatformRefusedError
from workstation.ipc.messages_casework import ReportedCase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from workstation.platform.settings import Open311Section

NAME = "open311"
_DECLARATIONS = ("<!DOCTYPE", "<!ENTITY")
_LISTS = ("service_requests", "requests")
_NO_SUCH_FORM = frozenset({"HTTP 404", "HTTP 405", "HTTP 406", "HTTP 415"})
_NUMBER_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one answer, and its exact bytes."""

    target: str
    content: bytes
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Rows:
    """What an answer's rows mean: cases by number, and how many rows were none."""

    cases: dict[str, ReportedCase] = field(default_factory=dict)
    refused: int = 0


class Open311:
    """One server. Used by one thread.

    Raises (all that ask):
        PlatformUnavailableError, PlatformAnswerError: it may be better in a moment.
        PlatformRefusedError: a person must look.
    """

    def __init__(
        self, section: Open311Section, key: str | None, *, timeout_s: float = TIMEOUT_S
    ) -> None:
        fixed = {"jurisdiction_id": section.jurisdiction, "api_key": key or ""}
        given = {name: value for name, value in fixed.items() if value}
        self._wire = Wire(section.url, given, timeout_s=timeout_s)
        self._services = section.services
        self._page_size = section.page_size
        self._form = ""  # json or xml, once one was answered
        self._key_of = f"{NAME}:{section.jurisdiction or self._wire.host}:"

    def between(self, begins: datetime, ends: datetime, page: int) -> Page:
        """Requests made within a span (UTC), one page of them, from 1."""
        query = {
            "start_date": f"{begins:%Y-%m-%dT%H:%M:%SZ}",
            "end_date": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
            "page": str(page),
            "page_size": str(self._page_size),
        }
        if self._services:
            query["service_code"] = ",".join(self._services)
        return self._ask(query, is_first=page == 1)

    def named(self, numbers: Sequence[str]) -> Page:
        """Requests by their numbers."""
        return self._ask({"service_request_id": ",".join(numbers)}, is_first=True)

    def meaning(self, page: Page) -> Rows:
        """Its rows as cases. Of a number that is named twice the row that changed last counts."""
        cases: dict[str, ReportedCase] = {}
        changed: dict[str, str] = {}
        refused = 0
        for row in page.rows:
            number = one_line(row.get("service_request_id"))
            if not number or len(number) > _NUMBER_LONGEST:
                refused += 1  # a token that has no number yet, or no request at all
                continue
            code = one_line(row.get("service_code"))
            if self._services and code and code not in self._services:
                continue  # the server does not filter
            when = moment(one_line(row.get("updated_datetime"))) or ""
            if number in cases and when < changed[number]:
                continue
            cases[number], changed[number] = self._case(number, row), when
        return Rows(cases, refused)

    def _case(self, number: str, row: Mapping[str, Any]) -> ReportedCase:
        found = {
            "number": number,
            "title": shortened(row.get("description")),
            "type": shortened(row.get("service_name")) or shortened(row.get("service_code")),
            "place": shortened(row.get("address")),
            "position": place_on_earth(row.get("lat"), row.get("long")),
            "occurred": moment(one_line(row.get("requested_datetime"))),
        }
        fields = {name: value for name, value in found.items() if value}
        status = one_line(row.get("status")).casefold()
        is_closed = {"open": False, "closed": True}.get(status)
        return ReportedCase(self._key_of + number, fields, is_closed=is_closed)

    # -- asking -----------------------------------------------------------------------------

    def _ask(self, query: Mapping[str, str], *, is_first: bool) -> Page:
        forms = (self._form,) if self._form else ("json", "xml")
        for form in forms:
            target = f"/requests.{form}"
            try:
                content = self._wire.ask("GET", target, query=query)
                rows = self._rows(content)
            except (PlatformRefusedError, PlatformAnswerError) as error:
                reason = error.facts.get("reason")
                if reason == "HTTP 404" and not is_first:
                    return Page(target, b"", ())  # beyond the last page
                if form == forms[-1] or reason not in _NO_SUCH_FORM:
                    raise
                continue
            self._form = form
            return Page(self._wire.url + target, content, rows)
        raise AssertionError  # the last form returns or raises

    def _rows(self, content: bytes) -> list[dict[str, Any]]:
        text = decoded(content).lstrip()
        found = self._xml(text) if text.startswith("<") else self._json(text)
        rows = [row for row in found if isinstance(row, dict)]
        if len(rows) < len(found):
            rows += [{}] * (len(found) - len(rows))  # counted as what can not be taken
        wrong = [row for row in rows if "service_request_id" not in row and "code" in row]
        if wrong and len(wrong) == len(rows):
            words = shortened(wrong[0].get("description"))
            reason = f"{one_line(wrong[0]['code'])} {words}".strip()
            raise PlatformRefusedError(platform=self._wire.url, reason=reason)
        return rows

    def _json(self, text: str) -> list[Any]:
        try:
            found = json.loads(text, strict=False)
        except (ValueError, RecursionError) as error:
            raise self._wire.strange("form") from error
        if isinstance(found, dict):
            found = next((found[name] for name in _LISTS if name in found), [found])
        if not isinstance(found, list):
            raise self._wire.strange("form")
        if len(found) == 1 and isinstance(found[0], dict) and not _is_known(found[0]):
            raise self._wire.strange("form")
        return found

    def _xml(self, text: str) -> list[Any]:
        if any(word in text.upper() for word in _DECLARATIONS):
            raise self._wire.strange("declarations")
        try:
            root = ET.fromstring(text)  # noqa: S314 - no declarations, so nothing to expand
        except (ET.ParseError, ValueError) as error:
            raise self._wire.strange("form") from error
        if root.tag not in {*_LISTS, "errors"}:
            raise self._wire.strange("form")
        return [{leaf.tag: leaf.text or "" for leaf in row} for row in root]


def _is_known(row: Mapping[str, Any]) -> bool:
    return bool(row.keys() & {"service_request_id", "token", "code"})
