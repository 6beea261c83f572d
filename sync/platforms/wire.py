"""HTTP to a platform whose answers are believed only as far as they can be checked."""

from __future__ import annotations

import http.client
import ssl
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from workstation.domain.errors_platform import (
    PlatformAnswerError,
    PlatformRefusedError,
    PlatformUnavailableError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_S = 30.0
ANSWER_LIMIT_BYTES = 32 << 20  # ten thousand people are 2 MB
_FORBIDDEN = frozenset({401, 403, 404, 405})
# What platforms write beside a refusal where they know the file already.
_KNOWN_WORDS = ("重复", "已存在", "exist", "duplicate")


class Wire:
    """Requests to one base address, one at a time, without following redirections."""

    def __init__(self, url: str, query: Mapping[str, str], *, timeout_s: float = TIMEOUT_S) -> None:
        parts = urlsplit(url)
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path}"
        self._parts = parts
        self._query = dict(query)
        self._timeout_s = timeout_s

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        kind: str = "application/json; charset=utf-8",
        query: Mapping[str, str] = MappingProxyType({}),
    ) -> bytes:
        """One request; the body of an answer with status 200. ``query`` is beside the base's.

        Raises:
            PlatformUnavailableError: no answer, or a status that may pass.
            PlatformRefusedError: 401, 403, 404, 405.
            PlatformAnswerError: another status, or an answer without end.
        """
        connection = self._connection()
        target = f"{self._parts.path.rstrip('/')}{path}"
        if self._query or query:
            target += "?" + urlencode({**self._query, **query})
        try:
            headers = {"Content-Type": kind} if body is not None else {}
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            content = answer.read(ANSWER_LIMIT_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            raise PlatformUnavailableError(
                platform=self.url, reason=type(error).__name__
            ) from error
        finally:
            connection.close()
        if answer.status in _FORBIDDEN:
            raise PlatformRefusedError(platform=self.url, reason=f"HTTP {answer.status}")
        if answer.status >= 500 or answer.status in {408, 429}:
            raise PlatformUnavailableError(platform=self.url, reason=f"HTTP {answer.status}")
        if answer.status != 200 or len(content) > ANSWER_LIMIT_BYTES:
            raise PlatformAnswerError(platform=self.url, reason=f"HTTP {answer.status}")
        return content

    @property
    def host(self) -> str:
        """Whom it asks, with the port."""
        return self._parts.netloc

    def _connection(self) -> http.client.HTTPConnection:
        host = self._parts.netloc
        if self._parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, timeout=self._timeout_s, context=context)
        return http.client.HTTPConnection(host, timeout=self._timeout_s)

    def strange(self, reason: str) -> PlatformAnswerError:
        """An answer that is none of this platform's."""
        return PlatformAnswerError(platform=self.url, reason=reason)


def says_known(message: str) -> bool:
    """Whether a refusal means that the file was registered before."""
    plain = message.casefold()
    return any(word in plain for word in _KNOWN_WORDS)
