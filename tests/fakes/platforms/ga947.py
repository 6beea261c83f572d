"""A GA/T 947.4-type platform: forms in, XML out, a file number twice is refused."""

from __future__ import annotations

from urllib.parse import parse_qsl
from xml.sax.saxutils import escape, quoteattr

STATION, KEY = "WS0001", "k3y"


class Ga947Platform:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, str]] = {}
        self.stations: list[dict[str, str]] = []
        self.logs: list[tuple[str, dict[str, str]]] = []
        self.hates: set[str] = set()
        self.bomb = False  # answers with an entity that expands

    def __call__(self, method: str, path: str, _: dict[str, str], body: bytes) -> bytes:
        name = path.rpartition("/")[2]
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        if self.bomb:
            return b'<!DOCTYPE x [<!ENTITY a "aaaa">]><data name="X" code="1">&a;</data>'
        code, message = self._answer(method, name, form)
        said = f"<message>{escape(message)}</message>"
        text = f"<data name={quoteattr(name)} code='{code}'>{said}</data>"
        return f"<?xml version='1.0' encoding='utf-8'?>{text}".encode()

    def _answer(self, method: str, name: str, form: dict[str, str]) -> tuple[int, str]:
        if method != "POST" or form.pop("authKey", "") != KEY:
            return 0, "authKey 错误"
        match name:
            case "WRITEDSJINFO":
                if form["wjbh"] in self.files:
                    return 0, "该文件已存在"
                if form["wjdx"] in self.hates:
                    return 0, "字段不合法"
                self.files[form["wjbh"]] = form
            case "WRITESTATIONINFO":
                self.stations.append(form)
            case "WRITEDSJLOG" | "WRITESTATIONLOG":
                self.logs.append((name, form))
            case _:
                return 0, "unknown"
        return 1, "ok"
