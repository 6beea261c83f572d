"""The ways an export and a printed receipt can fail."""

from __future__ import annotations

from workstation.domain.errors import IntegrityError, OperatorError, TransientError, UsageError


class ExportPlaceError(OperatorError):
    """The court pack can not be written where it should go (facts ``path``, ``reason``)."""

    code = "export.place"


class ExportFullError(OperatorError):
    """Not enough room for the court pack (facts ``path``, ``needed_bytes``, ``free_bytes``)."""

    code = "export.full"


class ExportGoneError(OperatorError):
    """The disk that the pack was being written to is not there any more (fact ``path``)."""

    code = "export.gone"


class ExportBusyError(TransientError):
    """The station is making another pack."""

    code = "export.busy"


class ExportStoppedError(OperatorError):
    """The pack was given up while it was being made; nothing of it is left at the target."""

    code = "export.stopped"


class ExportTooLargeError(OperatorError):
    """The target's file system holds no file of that size, as FAT32 beyond 4 GiB."""

    code = "export.too_large"


class ExportEmptyError(UsageError):
    """There is no clip to export: the case has none, or all of them were destroyed."""

    code = "export.empty"


class NoEntriesError(UsageError):
    """No custody entry is as asked for."""

    code = "audit.no_entries"


class ExportKeyError(UsageError):
    """What the pack should be encrypted to is no public key (fact ``given``)."""

    code = "export.key"


class ExportUnknownError(UsageError):
    """No export of this id was begun (fact ``export``)."""

    code = "export.unknown"


class ExportReadBackError(IntegrityError):
    """The medium gives back something else than was written (fact ``path``)."""

    code = "export.read_back"


class PagesUnavailableError(OperatorError):
    """The library that lays out pages can not be loaded (fact ``reason``)."""

    code = "export.pages"


class PrinterError(OperatorError):
    """The receipt printer can not be reached or refuses (facts ``printer``, ``reason``)."""

    code = "printer.failed"
