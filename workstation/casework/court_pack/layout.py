"""HTML to PDF, with nothing fetched from anywhere.

It is done in a process of its own (``python -m`` this module): a long list keeps the interpreter
busy for minutes, and the station has recorders to read meanwhile.
"""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from pathlib import Path

import msgspec

from workstation.domain.errors_export import PagesUnavailableError

ARCHIVAL = "pdf/a-3b"
_ROOT = Path(__file__).parents[3]
_UNAVAILABLE = 3  # exit code; why is on standard error


def print_apart(htmls: list[str], style: str) -> list[bytes]:
    """Lay out documents as ``print_pdf`` does, in another process.

    Raises:
        PagesUnavailableError: they can not be laid out.
    """
    done = subprocess.run(  # noqa: S603 - our own module, fixed words
        [sys.executable, "-m", __name__],
        input=msgspec.msgpack.encode((htmls, style)),
        capture_output=True,
        cwd=_ROOT,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise PagesUnavailableError(reason=said[-1] if said else str(done.returncode))
    return msgspec.msgpack.decode(done.stdout, type=list[bytes])


def print_pdf(html: str, style: str) -> bytes:
    """Lay out a document; pictures must be in it, as ``data:`` addresses.

    Raises:
        PagesUnavailableError: WeasyPrint, or the Pango it stands on, can not be loaded.
    """
    try:
        # 1-4 s and the system's Pango: only a command that prints pages pays for it.
        from weasyprint import CSS, HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as error:
        raise PagesUnavailableError(reason=str(error).splitlines()[0]) from error
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    out = io.BytesIO()
    fetcher = URLFetcher(allowed_protocols=["data"])
    document = HTML(string=html, url_fetcher=fetcher)
    document.write_pdf(out, stylesheets=[CSS(string=style)], pdf_variant=ARCHIVAL)
    return out.getvalue()


def main() -> int:
    """Documents from standard input to standard output, both as MessagePack."""
    htmls, style = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=tuple[list[str], str])
    try:
        pages = [print_pdf(html, style) for html in htmls]
    except PagesUnavailableError as error:
        sys.stderr.write(f"{error.facts['reason']}\n")
        return _UNAVAILABLE
    sys.stdout.buffer.write(msgspec.msgpack.encode(pages))
    return 0


if __name__ == "__main__":
    sys.exit(main())
