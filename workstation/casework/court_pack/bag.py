"""A BagIt folder (RFC 8493) as it is filled: every file measured, then the manifests over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.casework.court_pack.measured import Meter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from workstation.casework.court_pack.measured import Measured
    from workstation.casework.court_pack.sinks import Sink

PAYLOAD = "data/"
TAG_MANIFEST = "tagmanifest-sha256.txt"
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


class Bag:
    """Files go in one by one; ``close`` writes what holds them together."""

    def __init__(self, sink: Sink, on_bytes: Callable[[int], None]) -> None:
        self._sink = sink
        self._on_bytes = on_bytes
        self.files: dict[str, Measured] = {}

    def add(self, path: str, size_bytes: int, pieces: Iterable[memoryview | bytes]) -> Measured:
        """Write one file; what it is."""
        meter = Meter(self._on_bytes)
        self._sink.add(path, size_bytes, meter.through(pieces))
        self.files[path] = meter.result()
        return self.files[path]

    def put(self, path: str, content: bytes) -> Measured:
        """Write one small file."""
        return self.add(path, len(content), [content])

    def close(self, about: Mapping[str, str]) -> bytes:
        """Write declaration, ``bag-info.txt`` and manifests; the tag manifest's exact bytes.

        What is added later is not covered by it: only signatures over it come after.
        """
        payload = {path: one for path, one in self.files.items() if path.startswith(PAYLOAD)}
        octets = sum(one.size_bytes for one in payload.values())
        lines = {**about, "Payload-Oxum": f"{octets}.{len(payload)}"}
        self.put("bagit.txt", _DECLARATION)
        self.put("bag-info.txt", "".join(f"{k}: {v}\n" for k, v in lines.items()).encode())
        self.put(
            "manifest-sha256.txt",
            _manifest((one.sha256, path) for path, one in payload.items()),
        )
        self.put("manifest-sm3.txt", _manifest((one.sm3, path) for path, one in payload.items()))
        tags = [(one.sha256, path) for path, one in self.files.items() if path not in payload]
        manifest = _manifest(tags)
        self.put(TAG_MANIFEST, manifest)
        return manifest


def _manifest(entries: Iterable[tuple[str, str]]) -> bytes:
    """Lines of digest, two spaces, path: what ``sha256sum -c`` reads."""
    return "".join(f"{digest}  {path}\n" for digest, path in entries).encode()
