"""Whose a docking and a clip are, and what is said where that is not sure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workstation.domain.binding import (
    OTHER_UNIT,
    SERIAL_TWICE,
    Bearer,
    Binding,
    Remark,
    Traits,
    bearer_of,
    binding_remarks,
    claims_text,
    identity_remarks,
    is_named_otherwise,
    officer_of,
)
from workstation.domain.clip import BadgeNumber
from workstation.domain.recorder import Claim, RecorderIdentity

SINCE = datetime(2026, 3, 1, 8, tzinfo=UTC)
WANG = BadgeNumber("012345")
ZHAO = BadgeNumber("067890")
BOUND = Binding(1, "A1B2C3D", WANG, "王芳", "一中队", SINCE, None, SINCE, "uid:0")


def identity(badge: BadgeNumber | None, *findings: str) -> RecorderIdentity:
    return RecorderIdentity(
        "A1B2C3D",
        "e12",
        badge=badge,
        label="OTHER-7",
        provenance={"serial": "names", "badge": "names"},
        findings=findings,
        claims=(Claim("badge", "names", "012345"), Claim("badge", "sidecar", "067890")),
    )


def test_a_binding_holds_from_its_beginning_until_before_its_end() -> None:
    ended = Binding(1, "A", WANG, None, None, SINCE, SINCE + timedelta(days=1), SINCE, "uid:0")
    assert [ended.covers(SINCE + timedelta(hours=h)) for h in (-1, 0, 23, 24)] == [
        False,
        True,
        True,
        False,
    ]
    assert BOUND.covers(SINCE + timedelta(days=900))


def test_the_ledger_goes_before_the_recorders_own_word() -> None:
    bearer = bearer_of(identity(ZHAO), BOUND, [])
    assert (bearer.badge, bearer.officer_name, bearer.source) == (WANG, "王芳", "binding")
    own = bearer_of(identity(ZHAO), None, [])
    assert (own.badge, own.source, own.is_bound) == (ZHAO, "names", False)


@pytest.mark.parametrize("doubt", [SERIAL_TWICE, OTHER_UNIT])
def test_a_binding_is_not_applied_to_a_recorder_that_may_be_another(doubt: str) -> None:
    assert bearer_of(identity(ZHAO), BOUND, [Remark(doubt)]).badge == ZHAO
    assert bearer_of(identity(None), BOUND, [Remark(doubt)]) == Bearer()


def test_a_clips_own_name_goes_before_everything_and_is_said_to_differ() -> None:
    bearer = bearer_of(identity(None), BOUND, [])
    assert officer_of(ZHAO, bearer) == (ZHAO, "name")
    assert officer_of(None, bearer) == (WANG, "binding")
    assert officer_of(None, Bearer()) == (None, None)
    assert is_named_otherwise(ZHAO, bearer)
    assert not is_named_otherwise(WANG, bearer)
    assert not is_named_otherwise(ZHAO, Bearer(WANG, source="label"))


def test_remarks_say_every_value_that_was_found() -> None:
    found = identity_remarks(identity(WANG, "identity.disagrees", "identity.label_differs"))
    assert found == [
        Remark("identity.disagrees", {"found": "badge names=012345 sidecar=067890"}),
        Remark("identity.label_differs", {"label": "OTHER-7", "serial": "A1B2C3D"}),
    ]
    assert claims_text(()) == ""
    (nobody,) = binding_remarks(identity(ZHAO), None)
    assert nobody == Remark("recorder.unbound", {"recorder": "A1B2C3D", "named": ZHAO})
    (differs,) = binding_remarks(identity(ZHAO), BOUND)
    assert differs == Remark("officer.differs", {"named": ZHAO, "bound": WANG})
    assert binding_remarks(identity(WANG), BOUND) == []
    assert binding_remarks(identity(None), BOUND) == []


def test_only_what_is_known_of_both_tells_two_recorders_apart() -> None:
    known = Traits("SN1", "1A2B-3C4D")
    assert not known.differ(Traits("SN1", "1A2B-3C4D"))
    assert not known.differ(Traits())
    assert not known.differ(Traits(usb_serial="SN1"))
    assert known.differ(Traits("SN2", "1A2B-3C4D"))
    assert known.differ(Traits("SN1", "9999-0000"))
