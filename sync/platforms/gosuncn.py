"""GoSuncn (高新兴国迈) openapi workstation v3: JSON over HTTP, answers with a code inside."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from sync.platforms.api import PlatformPerson, PlatformUnit, Verdicts
from sync.platforms.numbers import written
from sync.platforms.wire import Wire, says_known
from workstation.domain.clip import ClipKind
from workstation.domain.errors_platform import PlatformRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.platforms.api import Condition, FileFact, LogFact
    from workstation.media.tracks import TrackPoint

NAME = "gosuncn"
BASE = "/openapi/workstation"
_MEGABYTE = 1 << 20


class Answer(msgspec.Struct):
    """What every answer is. Real ones write the code as a number or as text."""

    code: int | str
    message: str = ""
    body: Any = None


class Gosuncn:
    """See ``Connector``, ``TakesTracks``, ``NamesPeople``, ``ReleasesFiles``."""

    kinds = {  # noqa: RUF012 - a table
        ClipKind.VIDEO: "0",
        ClipKind.AUDIO: "1",
        ClipKind.PHOTO: "2",
        ClipKind.TRACK: "3",
        ClipKind.LOG: "3",
    }
    other_kind = "4"

    def __init__(self, url: str, station: str, key: str, domain: str) -> None:
        self._station = station
        self._wire = Wire(
            url.rstrip("/") + BASE, {"gzz_xh": station, "authkey": key, "domain": domain}
        )

    def _ask(self, path: str, body: object = None) -> Answer:
        method = "GET" if body is None else "POST"
        content = None if body is None else msgspec.json.encode(body)
        try:
            answer = msgspec.json.decode(self._wire.ask(method, path, content), type=Answer)
            answer.code = int(answer.code)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise self._wire.strange("form") from error
        return answer

    def _demand(self, path: str, body: object = None) -> object:
        """The answer's body; an error inside an HTTP 200 is an error.

        Raises:
            PlatformRefusedError: the code is not 0.
        """
        answer = self._ask(path, body)
        if answer.code != 0:
            raise self._refused(answer)
        return answer.body

    def _refused(self, answer: Answer) -> PlatformRefusedError:
        reason = f"{answer.code} {answer.message}"[:200]
        return PlatformRefusedError(platform=self._wire.url, reason=reason)

    def beat(self, condition: Condition) -> datetime | None:
        body = self._demand(
            "/v3/wsinfo/heartbeat",
            {
                "gzz_xh": self._station,
                "gzz_ipdz": condition.address,
                "zxzt": "1",
                "qizt": "1",
                "cczrl": str(condition.total_bytes // _MEGABYTE),
                "syzrl": str(condition.free_bytes // _MEGABYTE),
                "cpu": str(condition.cpu_percent),
                "ram": str(condition.memory_percent),
                "raid_zt": "0",
                "bjlx": ",".join(condition.alarms),
                "version": condition.version,
            },
        )
        said = body.get("svrtime") if isinstance(body, dict) else None
        try:
            return datetime.fromisoformat(str(said)).replace(tzinfo=None)
        except ValueError:
            return None

    def register(self, files: Sequence[FileFact]) -> Verdicts:
        """One bad file must not keep the others out: a refused batch is told one by one."""
        answer = self._ask("/v3/fileinfo", [self._file(one) for one in files])
        numbers = {one.number for one in files}
        verdicts = _named(answer.body, numbers)
        if verdicts is not None:
            return verdicts
        if answer.code == 0:
            return Verdicts(accepted=numbers)
        if len(files) > 1:
            verdicts = Verdicts()
            for one in files:
                single = self.register([one])
                verdicts.accepted |= single.accepted
                verdicts.known |= single.known
                verdicts.refused |= single.refused
            return verdicts
        if says_known(answer.message):
            return Verdicts(known=numbers)
        return Verdicts(refused=dict.fromkeys(numbers, f"{answer.code} {answer.message}"[:200]))

    def _file(self, one: FileFact) -> dict[str, str]:
        return {
            "wjbh": one.number,
            "wjbm": one.alias,
            "pssj": written(one.shot_at),
            "wjdx": str(one.size_bytes),
            "wjlx": self.kinds.get(one.kind, self.other_kind),
            "wjsc": str(one.duration_s),
            "bzlx": str(int(one.is_marked)),
            "jgdm": one.unit_code,
            "dwmc": one.unit_name,
            "jybh": one.badge,
            "jy_xm": one.officer,
            "cpxh": one.recorder,
            "gzz_xh": self._station,
            "scsj": written(one.imported_at),
            "ccwz": one.object_key,
            "wlwz": "",
            "bfwz": "",
            "ccfwq": one.store,
            "sltxdwz": "",
        }

    def log(self, entries: Sequence[LogFact]) -> None:
        for path, is_recorder in (("/v3/log/dsjlog", True), ("/v3/log/wslog", False)):
            rows = [
                {
                    "gzz_xh": self._station,
                    "cpxh": one.recorder,
                    "rzlx": one.act,
                    "dxbh": one.subject,
                    "rzrq": written(one.at),
                }
                for one in entries
                if bool(one.recorder) == is_recorder
            ]
            if rows:
                self._demand(path, rows)

    def tracks(self, recorder: str, badge: str, points: Sequence[TrackPoint]) -> None:
        rows = [
            {
                "gzz_xh": self._station,
                "cpxh": recorder,
                "jybh": badge,
                "jd": f"{point.longitude_deg:.6f}",
                "wd": f"{point.latitude_deg:.6f}",
                "sd": "" if point.speed_m_s is None else f"{point.speed_m_s * 3.6:.1f}",
                "dwsj": written(point.at.astimezone()),
            }
            for point in points
        ]
        self._demand("/v3/log/gpslog", rows)

    def units(self) -> list[PlatformUnit]:
        return [
            PlatformUnit(_text(row, "bmbh"), _text(row, "bmmc"), _text(row, "sjbmbh"))
            for row in self._rows("/v3/suborg")
        ]

    def people(self) -> list[PlatformPerson]:
        return [
            PlatformPerson(_text(row, "jybh"), _text(row, "jyxm"), _text(row, "bmbh"))
            for row in self._rows("/v3/userinfo")
        ]

    def released(self) -> list[str]:
        body = self._demand("/v3/can_delete_files")
        if not isinstance(body, list):
            raise self._wire.strange("form")
        return [_text(row, "wjbh") if isinstance(row, dict) else str(row) for row in body]

    def gone(self, numbers: Sequence[str]) -> None:
        self._demand("/v3/notify_file_deleted", [{"wjbh": number} for number in numbers])

    def _rows(self, path: str) -> list[dict[str, Any]]:
        body = self._demand(path)
        if not isinstance(body, list):
            raise self._wire.strange("form")
        return [row for row in body if isinstance(row, dict)]


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).strip()


def _named(body: object, numbers: set[str]) -> Verdicts | None:
    """What an answer says of each file, where it does."""
    if not isinstance(body, dict) or not body.keys() & {"suc_ids", "fail_ids", "existed_ids"}:
        return None

    def ids(name: str) -> set[str]:
        found = body.get(name)
        return {str(one) for one in found} & numbers if isinstance(found, list) else set()

    return Verdicts(ids("suc_ids"), ids("existed_ids"), dict.fromkeys(ids("fail_ids"), "fail_ids"))
