"""What runs inside Android recorders and answers the station: zzx in two dialects, and E12."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from tests.fakes.jieli_recorder import packed, unpacked
from workstation.domain.clip import BadgeNumber
from workstation.domain.recorder import Inscription

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from tests.fakes.recorder_state import RecorderState


def lines_of(stream: socket.socket) -> list[str]:
    """The next lines that came together; empty at the end."""
    parts = b""
    while not parts.endswith(b"\n"):
        part = stream.recv(4096)
        if not part:
            return []
        parts += part
    return parts.decode("utf-8").splitlines()


class ZzxJson:
    """The newer dialect. Faults: a late answer to another question, answers in pieces."""

    def __init__(self, state: RecorderState, leave: Callable[[], None]) -> None:
        self.state = state
        self.leave = leave
        self.is_late = False
        self.in_pieces = False
        self.time_unit = 1  # per second; 1000 is a firmware that mixes its units up

    def __call__(self, stream: socket.socket) -> None:
        while lines := lines_of(stream):
            for line in lines:
                request = json.loads(line)
                number, body = request["header"]["id"], request["body"]
                reply = self._reply(int(number), body)
                if reply is None:
                    self.leave()
                    return
                if self.is_late:
                    self._send(stream, number + 90, {"password": "true"})
                self._send(stream, number, reply)

    def _send(self, stream: socket.socket, number: int, body: dict[str, str]) -> None:
        header = {"version": "1.0", "id": number, "device": "ZZX2080"}
        text = json.dumps({"header": header, "body": body}, ensure_ascii=False).encode() + b"\r\n"
        if self.in_pieces:
            for start in range(0, len(text), 7):
                stream.sendall(text[start : start + 7])
        else:
            stream.sendall(text)

    def _reply(self, number: int, body: dict[str, str]) -> dict[str, str] | None:
        """The body of the answer; None where it leaves the bus instead."""
        state = self.state
        if body.get("password") != state.password:
            state.accepts(body.get("password", ""))
            return {"password": "false"}
        written = state.written
        answers: dict[int, dict[str, str]] = {
            2: {"IDCode": state.id_code},
            3: {
                "serial": written.serial,
                "policeNo": str(written.badge),
                "policeName": written.officer_name,
                "groupNo": written.unit_code,
                "groupName": written.unit_name,
            },
            7: {"VideoWidth": str(state.size[0]), "VideoHeight": str(state.size[1])},
            8: {"battery": str(state.battery)},
            16: {"Time": str(int(state.now().timestamp() * self.time_unit))},
            18: {"free": str(state.free_mb), "total": str(state.total_mb)},
        }
        if number == 4:
            state.write(
                Inscription(
                    body["serial"],
                    BadgeNumber(body["policeNo"]),
                    body["policeName"],
                    body["groupNo"],
                    body["groupName"],
                )
            )
        elif number == 5:
            state.set_now(datetime.fromtimestamp(int(body["Time"]) / 1000, UTC))
        elif number == 6:
            if state.show_card():
                return None
            return {"password": "true", "Result": "false"}
        return {"password": "true"} | answers.get(number, {"Result": "true"})


class ZzxText:
    """The older dialect: one command a connection."""

    def __init__(self, state: RecorderState, leave: Callable[[], None]) -> None:
        self.state = state
        self.leave = leave

    def __call__(self, stream: socket.socket) -> None:
        lines = lines_of(stream)
        if lines:
            answer = self._answer(lines[0])
            if answer is None:
                self.leave()
            else:
                stream.sendall(answer.encode("utf-8") + b"\n")

    def _answer(self, command: str) -> str | None:
        state = self.state
        word, _, value = command.partition(" ")
        if word == "DoReadDevNumber":
            return f"Success {state.written.serial}"
        if word == "DoReadPoliceNumber":
            return f"Success {state.written.badge}"
        if word == "DoReadDevTime":
            local = state.now().astimezone()
            return f"Success {local:%Y/%m/%d} {local.hour or 24:02d}:{local:%M:%S}"  # Java's kk
        if word == "DoUpdateTime":
            moment = datetime.strptime(value, "%Y/%m/%d %H:%M:%S")  # noqa: DTZ007 - its local time
            state.set_now(moment.astimezone())
            return "Success"
        if word == "OpenUDisk":
            return None if state.show_card() else "Failed"
        return "Failed"


class E12:
    """Frames of either byte order. Reads each frame with one call, as the real one does."""

    def __init__(
        self,
        state: RecorderState,
        leave: Callable[[], None],
        order: Literal["little", "big"] = "little",
    ) -> None:
        self.state = state
        self.leave = leave
        self.order: Literal["little", "big"] = order
        self.time_text: str | None = None

    def __call__(self, stream: socket.socket) -> None:
        while (payload := self._receive(stream)) is not None:
            if payload == b"E12CMDF808":
                self._send(stream, b"E12CMDF809")
            elif payload in {b"E12CMDS001", b"E12CMDS002"}:
                self._send(stream, b"NULL")
            else:
                self._send(stream, b"E12DATR880")
                reply = self._reply(payload, stream)
                if reply is None:
                    self.leave()
                    return
                self._send(stream, reply)

    def _receive(self, stream: socket.socket) -> bytes | None:
        raw = stream.recv(4)
        if len(raw) < 4:
            return None
        size = int.from_bytes(raw, self.order)
        if size > 2048:
            stream.recv(2048)  # the other order of bytes: taken, and never answered
            stream.recv(1)
            return None
        payload = stream.recv(size)
        return payload if len(payload) == size else None

    def _send(self, stream: socket.socket, payload: bytes) -> None:
        stream.sendall(len(payload).to_bytes(4, self.order) + payload)

    def _reply(self, command: bytes, stream: socket.socket) -> bytes | None:
        state = self.state
        local = state.now().astimezone()
        answers = {
            b"E12CMDS004": packed(state.written),
            b"E12CMDS006": b"%d*%d" % state.size,
            b"E12CMDS007": b"%d" % state.battery,
            b"E12CMDS009": state.id_code.encode("ascii"),
            b"E12CMDS010": state.password.encode("ascii"),
            b"E12CMDN030": (
                self.time_text or f"{local:%Y-%m-%d} {local.hour}:{local:%M:%S}"
            ).encode(),
        }
        if command in answers:
            return answers[command]
        if command == b"E12CMDS003":
            text = (self._receive(stream) or b"").decode("ascii")
            if not re.fullmatch(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d:\d\d", text) or state.is_recording:
                return b"E12DATR000"
            moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - its local time
            state.set_now(moment.astimezone())
            return b"E12DATR001"
        if command == b"E12CMDS005":
            state.write(unpacked(self._receive(stream) or b""))
            return b"E12DATR021"
        if command == b"E12CMDS008":
            return None if state.show_card() else b"E12DATR010"
        return b"E12DATR150"
