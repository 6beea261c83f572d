"""An HTTP server on loopback that answers from a function, and can be told to misbehave."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

PORTAL = b"<html><body>Please sign in</body></html>"


class Answers(Protocol):
    """What a platform says: method, path, query, body to a body."""

    def __call__(self, method: str, path: str, query: dict[str, str], body: bytes, /) -> bytes: ...


class StatusError(Exception):
    """Answers may raise it: the status that is sent instead of 200."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Faults:
    """What goes wrong next; each is used up by one request."""

    statuses: list[int] = field(default_factory=list)
    portal: int = 0  # requests that a sign-in page answers with 200
    swallow: int = 0  # requests that are carried out and whose answer is lost
    redirect: int = 0
    stuck: int = 0  # requests that are never answered while the server lives


class PlatformServer:
    """Serves ``answers``; ``requests`` lists what came, as (method, path)."""

    def __init__(self, answers: Answers) -> None:
        self.faults = Faults()
        self.requests: list[tuple[str, str]] = []
        self._answers = answers
        self._lock = threading.Lock()
        self._ends = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, bytes | None]:
        """Status and body; no body where the connection is to be cut."""
        parts = urlsplit(target)
        with self._lock:
            self.requests.append((method, parts.path))
            faults = self.faults
            if faults.statuses:
                return faults.statuses.pop(0), b"error"
            if faults.portal:
                faults.portal -= 1
                return 200, PORTAL
            if faults.redirect:
                faults.redirect -= 1
                return 302, b""
            is_stuck = bool(faults.stuck)
            faults.stuck -= is_stuck
        if is_stuck:
            self._ends.wait()
            return 200, None
        with self._lock:
            try:
                content = self._answers(method, parts.path, dict(parse_qsl(parts.query)), body)
            except StatusError as error:
                return error.status, b"error"
            if faults.swallow:
                faults.swallow -= 1
                return 200, None
            return 200, content

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._do("GET")

            def do_POST(self) -> None:
                self._do("POST")

            def _do(self, method: str) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                status, content = outer.answer(method, self.path, self.rfile.read(length))
                if content is None:
                    self.close_connection = True
                    self.connection.close()
                    return
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                if status == 302:
                    self.send_header("Location", "http://127.0.0.1:9/")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *arguments: object) -> None:
                """Nothing: the tests look at ``requests``."""

        return Handler
