"""The ways talking to a management platform can fail."""

from __future__ import annotations

from workstation.domain.errors import OperatorError, TransientError


class PlatformUnavailableError(TransientError):
    """It gives no answer, or says itself that something is wrong with it (facts ``platform``)."""

    code = "platform.unavailable"


class PlatformAnswerError(TransientError):
    """What answers does not speak the platform's language: a portal, a proxy, another version."""

    code = "platform.answer"


class PlatformRefusedError(OperatorError):
    """It understood and said no: the key, the station's number, a field (fact ``reason``)."""

    code = "platform.refused"
