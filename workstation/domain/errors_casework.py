"""How casework and retention can fail, as data; see ``workstation.domain.errors``."""

from __future__ import annotations

from workstation.domain.errors import IntegrityError, OperatorError, UsageError


class BadOperationError(UsageError):
    """An operation on a clip or a case says what can not be said (fact: ``reason``)."""

    code = "operation.bad"


class OperationClashError(IntegrityError):
    """Two different operations carry one name: one of them is forged."""

    code = "operation.clash"


class UnknownCaseError(UsageError):
    """No case has this number or id, or several have (fact: ``matches``)."""

    code = "case.unknown"


class CaseNumberTakenError(OperatorError):
    """Another case carries this number already."""

    code = "case.number_taken"


class BadGapError(UsageError):
    """A reason can not be given for that (facts ``reason``, ``badge``, ``begins``, ``ends``).

    ``reason`` is what is wrong: ``badge``, ``span``, ``future``, ``reason`` or ``note``.
    """

    code = "shift.bad_gap"


class UnknownHoldError(UsageError):
    """There is no hold of this name that could be released."""

    code = "hold.unknown"


class ClipDestroyedError(OperatorError):
    """The clip was destroyed at the end of its retention; its entries remain."""

    code = "clip.destroyed"


class ClipPurgedError(ClipDestroyedError):
    """The clip's bytes are in the central store only (facts: ``store``, ``object``)."""

    code = "clip.purged"


class ClipProtectedError(OperatorError):
    """The rules or a hold forbid destroying the clip (facts: ``rule``, ``until``)."""

    code = "retention.protected"


class BadPolicyError(OperatorError):
    """A retention policy breaks its schema (facts: file, key, allowed)."""

    code = "retention.bad_policy"


class SecondPersonError(OperatorError):
    """The act needs two different people, each named."""

    code = "retention.second_person"


class TooEarlyError(OperatorError):
    """The waiting time of a destruction is not over (fact: ``due``)."""

    code = "retention.too_early"


class UnknownDestructionError(UsageError):
    """No destruction of this name waits."""

    code = "retention.unknown"


class CaseFolderError(OperatorError):
    """The watched folder of lists of cases can not be used (facts ``path``, ``reason``)."""

    code = "case.folder"
