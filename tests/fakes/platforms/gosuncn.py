"""A GoSuncn-type platform (openapi workstation v3), with the moods of real ones."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

STATION, KEY, DOMAIN = "WS0001", "k3y", "41010000"
FIELDS = {
    *("wjbh", "wjbm", "pssj", "wjdx", "wjlx", "wjsc", "bzlx", "jgdm", "dwmc", "jybh", "jy_xm"),
    *("cpxh", "gzz_xh", "scsj", "ccwz", "wlwz", "bfwz", "ccfwq", "sltxdwz"),
}


class GosuncnPlatform:
    """Keeps what it is told; a file number twice is an error inside an HTTP 200."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, str]] = {}
        self.beats: list[dict[str, str]] = []
        self.logs: dict[str, list[dict[str, str]]] = {}
        self.deleted: list[str] = []
        self.can_delete: list[Any] = []
        self.clock = timedelta(minutes=10)  # ahead of everybody
        self.names_ids = False  # answers with suc_ids, existed_ids, fail_ids
        self.code_as_text = False
        self.hates: set[str] = set()  # sizes it does not like
        self.units: list[dict[str, Any]] = []
        self.people: list[dict[str, Any]] = []

    def __call__(self, method: str, path: str, query: dict[str, str], body: bytes) -> bytes:
        code, message, answer = self._answer(method, path, query, body)
        shown = str(code) if self.code_as_text else code
        return json.dumps({"code": shown, "message": message, "body": answer}).encode()

    def _answer(
        self, method: str, path: str, query: dict[str, str], body: bytes
    ) -> tuple[int, str, Any]:
        if (query.get("gzz_xh"), query.get("authkey")) != (STATION, KEY):
            return 401, "authkey error", None
        name = path.removeprefix("/openapi/workstation/v3/")
        said: Any = json.loads(body) if body else None
        match (method, name):
            case ("POST", "wsinfo/heartbeat"):
                self.beats.append(said)
                now = datetime.now() + self.clock  # noqa: DTZ005 - platforms speak local time
                return 0, "SUCCESS", {"svrtime": f"{now:%Y-%m-%d %H:%M:%S}", "wsconf": "{}"}
            case ("POST", "fileinfo"):
                return self._files(said)
            case ("POST", "log/dsjlog" | "log/wslog" | "log/gpslog"):
                self.logs.setdefault(name, []).extend(said)
                return 0, "SUCCESS", None
            case ("GET", "suborg"):
                return 0, "SUCCESS", self.units
            case ("GET", "userinfo"):
                return 0, "SUCCESS", self.people
            case ("GET", "can_delete_files"):
                return 0, "SUCCESS", self.can_delete
            case ("POST", "notify_file_deleted"):
                self.deleted += [row["wjbh"] for row in said]
                return 0, "SUCCESS", None
            case _:
                return 404, f"no {name}", None

    def _files(self, said: list[dict[str, str]]) -> tuple[int, str, Any]:
        """All or nothing, unless it names what became of each."""
        known = {row["wjbh"] for row in said} & self.files.keys()
        bad = {row["wjbh"] for row in said if set(row) != FIELDS or row["wjdx"] in self.hates}
        bad |= {row["wjbh"] for row in said if not all(isinstance(v, str) for v in row.values())}
        if self.names_ids or not (known or bad):
            fresh = {row["wjbh"]: row for row in said if row["wjbh"] not in known | bad}
            self.files |= fresh
            answer = {"suc_ids": [*fresh], "existed_ids": [*known], "fail_ids": [*bad]}
            return 0, "SUCCESS", answer if self.names_ids else None
        if known:
            return 5, f"文件编号重复: {min(known)}", None
        return 7, "field wrong", None
