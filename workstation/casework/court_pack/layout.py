"""HTML to PDF, with nothing fetched from anywhere."""

from __future__ import annotations

import io
import logging

from workstation.domain.errors_export import PagesUnavailableError

ARCHIVAL = "pdf/a-3b"


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
