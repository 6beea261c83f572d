"""What can be wrong with the directory that comes down from the centre."""

from __future__ import annotations

from workstation.domain.errors import IntegrityError, OperatorError, UsageError


class DirectorySignatureError(IntegrityError):
    """A document of the directory is not signed by the agency whose key is pinned."""

    code = "directory.signature"


class DirectoryRolledBackError(IntegrityError):
    """The directory offered is older than one that was seen, or another of the same number."""

    code = "directory.rolled_back"


class DirectoryDamagedError(IntegrityError):
    """A part of the directory is not what its signed list says, or not of its form."""

    code = "directory.damaged"


class NoAgencyError(OperatorError):
    """No agency's key is pinned here, so nothing that comes down counts."""

    code = "directory.no_agency"


class AgencyPinnedError(OperatorError):
    """Another agency's key is pinned already."""

    code = "directory.agency_pinned"


class DirectoryExpiredError(OperatorError):
    """What was taken has expired: the centre has been silent for too long."""

    code = "directory.expired"


class BadSheetError(UsageError):
    """A sheet that is to be published can not be understood."""

    code = "directory.sheet"


class UnknownCategoryError(UsageError):
    """The centre keeps the list of categories, and this one is not on it."""

    code = "directory.category"
