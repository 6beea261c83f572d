"""What can be wrong with a central store, and with what comes down from it."""

from __future__ import annotations

from workstation.domain.errors import IntegrityError, OperatorError, TransientError, UsageError


class CentreSignatureError(IntegrityError):
    """A document's signature is missing or does not hold."""

    code = "centre.signature"


class CentreKeyError(IntegrityError):
    """A station's key is missing, is not handed over, or is none of those that were given."""

    code = "centre.key"


class CentreMissingError(IntegrityError):
    """Something that must be there is not: a number, an object, a line."""

    code = "centre.missing"


class CentreAlteredError(IntegrityError):
    """An object's bytes are not those of its manifest."""

    code = "centre.altered"


class CentreFormError(IntegrityError):
    """A document says something that it can not say under its name."""

    code = "centre.form"


class CentreChainError(IntegrityError):
    """A line or a manifest does not follow from the one before it."""

    code = "centre.chain"


class CentreUntoldError(IntegrityError):
    """A manifest that the ledger knows nothing of."""

    code = "centre.untold"


class CentreWitnessError(IntegrityError):
    """A ledger is not the one that other stations saw."""

    code = "centre.witness"


class CentreCheckpointError(IntegrityError):
    """A signed checkpoint is over other lines, or over more, than are there."""

    code = "centre.checkpoint"


class CentreStrangerError(OperatorError):
    """A receipt of the centre is signed by no key that is pinned at this station."""

    code = "centre.stranger"


class NotInStoreError(UsageError):
    """The store holds no clip or case of this name."""

    code = "centre.unknown"


class ExportBlockedError(OperatorError):
    """A file of this name with other bytes lies where a clip is to go."""

    code = "centre.in_the_way"


class DeliveryWaitsError(TransientError):
    """Large clips wait for their window, for tomorrow's budget or for a line that costs nothing."""

    code = "store.waits"
