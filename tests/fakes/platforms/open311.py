"""A municipal system that speaks Open311 GeoReport v2, and misbehaves as real ones do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from tests.fakes.platforms.server import StatusError

Row = dict[str, Any]


def request(number: object, at: str, **more: object) -> Row:
    """A service request as the standard writes it; ``at`` is ISO 8601."""
    return {
        "service_request_id": number,
        "status": "open",
        "service_name": "占道经营",
        "service_code": "012",
        "description": f"第 {number} 号",
        "requested_datetime": at,
        "updated_datetime": at,
        "address": "文明路 8 号",
        "lat": 34.757,
        "long": 113.66,
        **more,
    }


@dataclass
class Open311City:
    """Answers as one city; the switches are what real cities do."""

    rows: list[Row] = field(default_factory=list)
    page_size: int = 50  # at most, whatever is asked for
    ignores_pages: bool = False
    turns_in_a_circle: bool = False  # the page behind the last is the first
    only_xml: bool = False
    charset: str = "utf-8"
    error_inside_200: str = ""
    extra: list[object] = field(default_factory=list)  # put into every first page
    queries: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, method: str, path: str, query: dict[str, str], body: bytes) -> bytes:
        self.queries.append(query)
        form = path.rpartition(".")[2]
        if method != "GET" or body or not path.startswith("/v2/requests."):
            raise StatusError(405)
        if self.only_xml and form != "xml":
            raise StatusError(404)
        if query.get("jurisdiction_id") != "city.example":
            raise StatusError(400)
        if self.error_inside_200:
            return json.dumps([{"code": 403, "description": self.error_inside_200}]).encode()
        rows = self._page(self._wanted(query), query)
        return (_xml(rows) if form == "xml" else _json(rows)).encode(self.charset)

    def _wanted(self, query: dict[str, str]) -> list[Row]:
        if numbers := query.get("service_request_id"):
            return [
                row for row in self.rows if str(row["service_request_id"]) in numbers.split(",")
            ]
        begins, ends = query["start_date"], query["end_date"]
        return [row for row in self.rows if begins <= row["requested_datetime"] < ends]

    def _page(self, rows: list[Row], query: dict[str, str]) -> list[Any]:
        size = min(self.page_size, int(query.get("page_size", self.page_size)))
        page = 1 if self.ignores_pages else int(query.get("page", "1"))
        pages = max(1, -(-len(rows) // size))
        if self.turns_in_a_circle:
            page = (page - 1) % pages + 1
        found: list[Any] = rows[(page - 1) * size : page * size]
        return [*self.extra, *found] if page == 1 else found


def _json(rows: list[Any]) -> str:
    return json.dumps(rows, ensure_ascii=False)


def _xml(rows: list[Row]) -> str:
    inside = "".join(
        "<request>"
        + "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in row.items())
        + "</request>"
        for row in rows
    )
    declared = '<?xml version="1.0" encoding="utf-8"?>'  # whatever the bytes are
    return f"{declared}\n<service_requests>{inside}</service_requests>"
