"""The words of the station's socket about handing in at the end of a shift."""

from __future__ import annotations

from workstation.ipc.words import Command, Result


class HandIn(Command, frozen=True, tag=True):
    """An officer hands a finished docking in. Idempotent. Answered with ``HandedIn``."""

    collection_id: str


class PrintReceipt(Command, frozen=True, tag=True):
    """Print the receipt of a docking that was handed in. Answered with ``Done``."""

    collection_id: str


class HandedIn(Result, frozen=True, tag=True):
    """It is in the ledger, and this is the receipt for it."""

    receipt: str  # the text of the QR code
    held: int  # files in the vault
    open: int  # files that could not be taken
    seconds: int  # of footage
    at: str  # ISO 8601 UTC
    prints: bool = False  # the station has a printer for it
