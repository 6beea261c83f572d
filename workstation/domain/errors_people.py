"""The ways signing in and the directory of people can fail."""

from __future__ import annotations

from workstation.domain.errors import OperatorError, UsageError


class SignInRefusedError(OperatorError):
    """No such officer, or not his PIN or card; which of them is not said."""

    code = "people.sign_in_refused"


class LockedOutError(OperatorError):
    """Too many failures in a row (fact ``left_s``: seconds until it may be tried again)."""

    code = "people.locked_out"


class PinWeakError(OperatorError):
    """A PIN that is guessed first, or has not digits enough (facts ``reason``, ``digits``)."""

    code = "people.pin_weak"


class CardBadError(UsageError):
    """What came from the card reader is no card's number."""

    code = "people.card_bad"


class CardTakenError(OperatorError):
    """The card is bound to another officer (fact ``badge``)."""

    code = "people.card_taken"


class UnknownOfficerError(UsageError):
    """Nobody has this badge number."""

    code = "people.unknown_officer"


class UnknownUnitError(UsageError):
    """No unit has this code."""

    code = "people.unknown_unit"


class AlreadyThereError(UsageError):
    """Badge number or unit code is in the directory already."""

    code = "people.already_there"


class BadPersonError(UsageError):
    """A badge number, name, unit code or parent that can not be (facts ``field``, ``value``)."""

    code = "people.bad_value"


class LastAdministratorError(OperatorError):
    """It would leave the station without anybody who may change the directory."""

    code = "people.last_administrator"


class NotOneselfError(OperatorError):
    """Somebody else has to do it: one's own rights, or being the second of two people."""

    code = "people.not_oneself"


class NeedsReasonError(UsageError):
    """Break-glass without a reason that a reader can judge."""

    code = "people.needs_reason"


class BadRosterError(OperatorError):
    """A list of people that can not be read (facts ``file``, ``line``, ``field``, ``reason``)."""

    code = "people.bad_roster"


class RosterMovedError(OperatorError):
    """The list is another than the one that was looked at (fact ``file``)."""

    code = "people.roster_moved"


class ReceiptNotPrintedError(OperatorError):
    """The printer took nothing (facts ``target``, ``reason``); what was handed in stays so."""

    code = "receipt.not_printed"
