from typing import BinaryIO

from weasyprint.urls import URLFetcher

class CSS:
    def __init__(self, *, string: str) -> None: ...

class HTML:
    def __init__(self, *, string: str, url_fetcher: URLFetcher) -> None: ...
    def write_pdf(self, target: BinaryIO, *, stylesheets: list[CSS], pdf_variant: str) -> None: ...
