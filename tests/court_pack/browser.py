"""Headless Chromium with the verifier of a pack, by the DevTools protocol over two pipes."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT_S = 60.0
POLL_S = 0.05
_REPORT = """JSON.stringify({
  state: document.body.dataset.state,
  verdict: document.getElementById("verdict").innerText,
  bad: Array.from(document.querySelectorAll("li.bad"), (one) => one.dataset.file),
  findings: document.getElementById("findings").innerText})"""


@dataclass(frozen=True, slots=True)
class Report:
    """What the page shows: ``state`` is its colour, ``bad`` the files in the order shown."""

    state: str
    verdict: str
    bad: list[str]
    findings: str


class Browser:
    """One page. Chromium reads commands from descriptor 3 and answers on 4, each ends in a zero."""

    def __init__(self, program: str, profile: Path) -> None:
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        words = [
            program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--remote-debugging-pipe", f"--user-data-dir={profile}",
        ]  # fmt: skip
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}', "bash", *words],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._number = 0
        self._buffer = b""
        self._session: str | None = None

    def __enter__(self) -> Self:
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)

    def open(self, page: Path) -> None:
        """Show a file, as a double click on it does."""
        self._call("Page.navigate", url=page.as_uri())
        self._wait('document.readyState === "complete" && location.protocol === "file:"')

    def choose(self, folder: Path) -> Report:
        """Choose a folder in the dialog; what the page says in the end."""
        self.value('document.body.dataset.state = "idle"')  # what it said before is no answer
        root = self._call("DOM.getDocument")["root"]["nodeId"]
        node = self._call("DOM.querySelector", nodeId=root, selector="#folder")["nodeId"]
        self._call("DOM.setFileInputFiles", nodeId=node, files=[str(folder)])
        self._wait('!["idle", "busy"].includes(document.body.dataset.state)')
        return Report(**json.loads(self.value(_REPORT)))

    def value(self, expression: str) -> str:
        """What a piece of JavaScript comes to in the page, as text."""
        answer = self._call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer
        return str(answer["result"].get("value", ""))

    def _wait(self, condition: str) -> None:
        until = time.monotonic() + TIMEOUT_S
        while self.value(condition) != "True":
            assert time.monotonic() < until, f"not in time: {condition}"
            time.sleep(POLL_S)

    def _call(self, method: str, **parameters: object) -> dict[str, Any]:
        self._number += 1
        command: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            command["sessionId"] = self._session
        os.write(self._out, json.dumps(command).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            pass
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], TIMEOUT_S)
            piece = os.read(self._in, 1 << 16) if ready else b""
            assert piece, "Chromium does not answer"
            self._buffer += piece
        message, _, self._buffer = self._buffer.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer
