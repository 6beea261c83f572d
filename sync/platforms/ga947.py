"""GA/T 947.4-type platforms: forms over HTTP, answers in XML.

``<data name="WRITEDSJINFO" code="1"><message>…</message></data>``; 1 is yes. One file a request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from sync.platforms.api import Verdicts
from sync.platforms.numbers import written
from sync.platforms.wire import Wire, says_known
from workstation.domain.clip import ClipKind
from workstation.domain.errors_platform import PlatformRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sync.platforms.api import Condition, FileFact, LogFact

NAME = "ga947"
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")


class Ga947:
    """See ``Connector``."""

    kinds = {  # noqa: RUF012 - a table
        ClipKind.VIDEO: "0",
        ClipKind.AUDIO: "1",
        ClipKind.PHOTO: "2",
        ClipKind.TRACK: "3",
        ClipKind.LOG: "3",
    }
    other_kind = "4"

    def __init__(self, url: str, station: str, key: str) -> None:
        self._station = station
        self._key = key
        self._wire = Wire(url, {})

    def _ask(self, name: str, fields: Mapping[str, str]) -> tuple[bool, str]:
        """Whether the platform said yes, and its words.

        Raises:
            PlatformAnswerError: that is no answer to this question.
        """
        form = urlencode({"authKey": self._key, **fields}).encode()
        content = self._wire.ask(
            "POST", f"/{name}", form, "application/x-www-form-urlencoded; charset=utf-8"
        )
        if any(word in content.upper() for word in _DECLARATIONS):
            raise self._wire.strange("declarations")
        try:
            root = ET.fromstring(content)  # noqa: S314 - no declarations, so nothing to expand
        except (ET.ParseError, ValueError) as error:
            raise self._wire.strange("form") from error
        if root.tag != "data" or root.get("name", "").upper() != name:
            raise self._wire.strange("form")
        return root.get("code") == "1", root.findtext("message", "").strip()

    def _demand(self, name: str, fields: Mapping[str, str]) -> None:
        is_yes, message = self._ask(name, fields)
        if not is_yes:
            raise PlatformRefusedError(platform=self._wire.url, reason=message[:200])

    def beat(self, condition: Condition) -> datetime | None:
        self._demand(
            "WRITESTATIONINFO",
            {
                "gzz_xh": self._station,
                "gzz_ipdz": condition.address,
                "zxzt": "1",
                "qyzt": "1",
                "cczrl": str(condition.total_bytes >> 20),
                "syzrl": str(condition.free_bytes >> 20),
            },
        )
        return None

    def register(self, files: Sequence[FileFact]) -> Verdicts:
        verdicts = Verdicts()
        for one in files:
            is_yes, message = self._ask("WRITEDSJINFO", self._file(one))
            if is_yes:
                verdicts.accepted.add(one.number)
            elif says_known(message):
                verdicts.known.add(one.number)
            else:
                verdicts.refused[one.number] = message[:200]
        return verdicts

    def _file(self, one: FileFact) -> dict[str, str]:
        return {
            "wjbh": one.number,
            "wjbm": one.alias,
            "pssj": written(one.shot_at),
            "wjdx": str(one.size_bytes),
            "wjlx": self.kinds.get(one.kind, self.other_kind),
            "jy_xm": one.officer,
            "jybh": one.badge,
            "cpxh": one.recorder,
            "jgdm": one.unit_code,
            "dwmc": one.unit_name,
            "ccfwq": one.store,
            "ccwz": one.object_key,
            "bfwz": "",
            "wlwz": "",
            "gzz_xh": self._station,
            "scsj": written(one.imported_at),
            "bzlx": str(int(one.is_marked)),
            "wjcd": str(one.duration_s),
        }

    def log(self, entries: Sequence[LogFact]) -> None:
        for one in entries:
            common = {"rzlx": one.act, "rzrq": written(one.at)}
            if one.recorder:  # platforms of this kind keep the recorder in gzz_xh here
                self._demand("WRITEDSJLOG", {"gzz_xh": one.recorder, "wjmc": one.subject, **common})
            else:
                fields = {"gzz_xh": self._station, "dxbh": one.subject, **common}
                self._demand("WRITESTATIONLOG", fields)
