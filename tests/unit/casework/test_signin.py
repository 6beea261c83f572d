"""Signing in: what proves somebody, what locks, what two people can do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.unit.casework.house import (
    ADMIN,
    KIOSK,
    LEADER,
    NEW_PIN,
    OFFICER,
    OTHER,
    PIN,
    House,
)
from workstation.casework.signin import GLASS_S, TRIES, Claim
from workstation.domain.errors import (
    KeyBadError,
    KeyMissingError,
    NotPermittedError,
    NotSignedInError,
)
from workstation.domain.errors_people import (
    LockedOutError,
    NeedsReasonError,
    NotOneselfError,
    PinWeakError,
    SignInRefusedError,
)
from workstation.domain.people import Permission, Role, Scope
from workstation.platform.settings import PeopleSection

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.domain.people import Officer

CARD = "0011223344"
WRONG = "941527"


def _fail(house: House, times: int, badge: str = OFFICER) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefusedError):
            house.sign_in(badge, WRONG)


def test_signing_in_and_out_are_custody_entries_of_one_session(house: House) -> None:
    token, person = house.sign_in(OFFICER)
    house.signing.sign_out(replace(KIOSK, session=token))
    signed_in, signed_out = house.lines("signed_in", "signed_out")
    assert signed_in.by == signed_out.by == OFFICER
    assert signed_in.facts["session"] == signed_out.facts["session"] == person.session
    assert signed_out.facts["reason"] == "asked"
    with pytest.raises(NotSignedInError):
        house.desk.sessions.person(replace(KIOSK, session=token))


def test_no_custody_entry_and_no_row_holds_a_pin_a_card_or_a_token(house: House) -> None:
    house.directory.bind_card(OFFICER, CARD, house.desk.seal, ADMIN)
    token, _ = house.sign_in(OFFICER)
    house.ledger.checkpoint()
    with closing(sqlite3.connect(house.root / "ledger.sqlite")) as db:
        everything = "\n".join(db.iterdump())
    lines = b"\n".join(house.catalog.custody_lines(limit=10_000)).decode()
    for secret in (PIN, CARD, token):
        assert f"'{secret}'" not in everything
        assert secret not in lines


@pytest.mark.parametrize(
    ("badge", "pin"), [(OFFICER, WRONG), ("999999", PIN), (OFFICER, ""), ("", ""), ("", PIN)]
)
def test_a_wrong_claim_is_refused_without_saying_what_was_wrong(
    house: House, badge: str, pin: str
) -> None:
    with pytest.raises(SignInRefusedError) as refused:
        house.sign_in(badge, pin)
    assert refused.value.facts == {"tries_left": TRIES - 1}
    assert house.lines("signed_in") == []


def test_another_officers_pin_row_put_in_place_of_ones_own_opens_nothing(house: House) -> None:
    with house.ledger.transaction() as tx:
        tx.connection.exec_driver_sql(
            "UPDATE pin SET phc=(SELECT phc FROM pin JOIN officer ON id=officer_id WHERE badge=?) "
            "WHERE officer_id=(SELECT id FROM officer WHERE badge=?)",
            (OFFICER, ADMIN),
        )
    with pytest.raises(SignInRefusedError):
        house.sign_in(ADMIN)


def test_five_failures_lock_for_a_quarter_of_an_hour_over_a_restart(house: House) -> None:
    _fail(house, TRIES)
    with pytest.raises(LockedOutError) as locked:
        house.sign_in(OFFICER)
    assert locked.value.facts == {"left_s": 900}
    house.reopen()
    house.clock.pass_(minutes=14, seconds=59)
    with pytest.raises(LockedOutError):
        house.sign_in(OFFICER)
    house.clock.pass_(seconds=1)
    assert house.sign_in(OFFICER)[1].officer.badge == OFFICER
    (entry,) = house.lines("locked_out")
    assert (entry.by, entry.facts["lock"]) == (OFFICER, 1)


def test_each_further_lock_in_a_row_is_twice_as_long_until_a_success(house: House) -> None:
    for minutes in (15, 30, 60):
        _fail(house, TRIES)
        with pytest.raises(LockedOutError) as locked:
            house.sign_in(OFFICER)
        assert locked.value.facts == {"left_s": minutes * 60}
        house.clock.pass_(minutes=minutes)
    house.sign_in(OFFICER)
    assert house.catalog.lockout(house.directory.officer(OFFICER).id).locks == 0


def test_failures_survive_a_restart_one_by_one(house: House) -> None:
    _fail(house, TRIES - 1)
    house.reopen()
    _fail(house, 1)
    with pytest.raises(LockedOutError):
        house.sign_in(OFFICER)


def test_setting_the_clock_back_does_not_lengthen_a_lock(house: House) -> None:
    _fail(house, TRIES)
    house.clock.pass_(days=-400)
    with pytest.raises(LockedOutError) as locked:
        house.sign_in(OFFICER)
    assert locked.value.facts == {"left_s": 900}


def test_one_officers_lock_is_nobody_elses(house: House) -> None:
    _fail(house, TRIES)
    assert house.sign_in(OTHER)[1].officer.badge == OTHER


def test_an_administrator_unlocks(house: House) -> None:
    _fail(house, TRIES)
    assert house.directory.unlock(OFFICER, ADMIN)
    assert not house.directory.unlock(OFFICER, ADMIN)
    house.sign_in(OFFICER)
    assert [line.by for line in house.lines("unlocked")] == [ADMIN]


def test_a_disabled_officer_is_refused_and_his_session_ends(house: House) -> None:
    token, person = house.sign_in(OFFICER)
    house.signing.sign_out_officer(
        house.directory.change(OFFICER, ADMIN, is_active=False), "changed"
    )
    with pytest.raises(NotSignedInError):
        house.desk.sessions.person(replace(KIOSK, session=token))
    with pytest.raises(SignInRefusedError):
        house.sign_in(OFFICER)
    assert house.lines("signed_out")[-1].facts == {"session": person.session, "reason": "changed"}


# -- cards -----------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [CARD, f";{CARD}?\r\n", "00 11 22 33 44", " 0011223344\n"])
def test_a_card_is_known_however_the_reader_frames_its_number(house: House, typed: str) -> None:
    house.directory.bind_card(OFFICER, CARD, house.desk.seal, ADMIN)
    assert house.sign_in(card=typed)[1].officer.badge == OFFICER
    assert house.lines("signed_in")[-1].facts["means"] == "card"


def test_a_card_without_the_pin_opens_nothing_unless_the_site_says_so(tmp_path: Path) -> None:
    house = House(tmp_path, PeopleSection(card_needs_pin=False))
    house.populate()
    house.directory.bind_card(OFFICER, CARD, house.desk.seal, ADMIN)
    assert house.sign_in(card=CARD, pin="")[1].officer.badge == OFFICER
    house.policy = house.desk.policy = PeopleSection()
    with pytest.raises(SignInRefusedError):
        house.sign_in(card=CARD, pin="")
    house.close()


def test_unknown_cards_are_locked_out_together_and_known_ones_are_not(house: House) -> None:
    house.directory.bind_card(OFFICER, CARD, house.desk.seal, ADMIN)
    for number in range(TRIES):
        with pytest.raises(SignInRefusedError):
            house.sign_in(card=f"99990{number}")
    with pytest.raises(LockedOutError):
        house.sign_in(card="999999")
    assert house.sign_in(card=CARD)[1].officer.badge == OFFICER


# -- the key ---------------------------------------------------------------------------------


def test_a_lost_key_is_said_and_no_new_one_is_made_in_its_place(house: House) -> None:
    house.key_path.chmod(0o600)
    key = house.key_path.read_bytes()
    house.key_path.unlink()
    house.reopen()
    with pytest.raises(KeyMissingError):
        house.sign_in(OFFICER)
    assert not house.key_path.exists()
    house.key_path.write_bytes(bytes(len(key)))
    house.key_path.chmod(0o400)
    with pytest.raises(KeyBadError):
        house.sign_in(OFFICER)


def test_the_key_is_nobody_elses_to_read(house: House) -> None:
    assert house.key_path.stat().st_mode & 0o777 == 0o400


# -- one's own PIN ----------------------------------------------------------------------------


def test_a_pin_set_by_somebody_else_has_to_be_changed(house: House) -> None:
    house.directory.set_pin(OFFICER, "384756", house.desk.seal, 6, ADMIN)
    token, person = house.sign_in(OFFICER, "384756")
    assert person.must_change_pin
    house.signing.change_pin(person, Claim(pin="384756"), NEW_PIN, house.desk.seal, house.policy)
    assert not house.desk.sessions.person(replace(KIOSK, session=token)).must_change_pin
    assert not house.sign_in(OFFICER, NEW_PIN)[1].must_change_pin
    by = [(line.by, line.facts["must_change"]) for line in house.lines("pin_set")[-2:]]
    assert by == [(ADMIN, True), (OFFICER, False)]


@pytest.mark.parametrize(
    "pin",
    [
        "12345",
        "111111",
        "121212",
        "123123",
        "123456",
        "654321",
        "890123",
        OFFICER,
        "30000",
        PIN,
        "abcdef",
        "１２３９４５",
        "9" * 40,
    ],
)
def test_what_is_guessed_first_is_no_pin(house: House, pin: str) -> None:
    _, person = house.sign_in(OFFICER)
    with pytest.raises(PinWeakError):
        house.signing.change_pin(person, Claim(pin=PIN), pin, house.desk.seal, house.policy)


def test_changing_the_pin_needs_the_present_one(house: House) -> None:
    _, person = house.sign_in(OFFICER)
    with pytest.raises(SignInRefusedError):
        house.signing.change_pin(person, Claim(pin=WRONG), NEW_PIN, house.desk.seal, house.policy)


# -- two people ---------------------------------------------------------------------------------


def test_breaking_the_glass_takes_two_people_and_shouts(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    token, person = house.sign_in(OFFICER)
    witness = house.desk.second(person, Claim(LEADER, pin=PIN), Permission.WITNESS)
    wider = house.signing.break_glass(person, "  人命关天，\n要找人 ", witness)
    assert wider.scope(Permission.VIEW) is Scope.STATION
    assert house.desk.sessions.person(replace(KIOSK, session=token)) == wider
    (entry,) = house.lines("glass_broken")
    assert entry.by == OFFICER
    said = {name: entry.facts[name] for name in ("reason", "witness_badge", "for_s", "session")}
    assert said == {
        "reason": "人命关天， 要找人",
        "witness_badge": LEADER,
        "for_s": GLASS_S,
        "session": person.session,
    }
    assert any(record.levelname == "WARNING" for record in caplog.records)
    house.signing.sign_out(replace(KIOSK, session=token))
    assert [line.act for line in house.lines()[-2:]] == ["glass_mended", "signed_out"]


@pytest.mark.parametrize(
    ("badge", "pin", "error"),
    [
        (LEADER, WRONG, SignInRefusedError),
        (OTHER, PIN, NotPermittedError),
        (OFFICER, PIN, NotOneselfError),
    ],
)
def test_a_witness_is_another_person_who_may_and_proves_it(
    house: House, badge: str, pin: str, error: type[Exception]
) -> None:
    _, person = house.sign_in(OFFICER)
    with pytest.raises(error):
        house.desk.second(person, Claim(badge, pin=pin), Permission.WITNESS)


def test_the_same_leader_is_not_his_own_witness(house: House) -> None:
    _, person = house.sign_in(LEADER)
    with pytest.raises(NotOneselfError):
        house.desk.second(person, Claim(LEADER, pin=PIN), Permission.WITNESS)


def test_breaking_the_glass_needs_a_reason(house: House) -> None:
    _, person = house.sign_in(OFFICER)
    witness: Officer = house.directory.officer(LEADER)
    with pytest.raises(NeedsReasonError):
        house.signing.break_glass(person, " ok ", witness)
    assert house.lines("glass_broken") == []


# -- refusals ------------------------------------------------------------------------------------


def test_refusals_are_counted_and_kept(house: House) -> None:
    _fail(house, 2)
    _fail(house, 1, badge="999999")
    house.signing.deny(OFFICER, "SetPin", NotPermittedError.code)
    house.reopen()
    _fail(house, 1)
    house.signing.tick()
    found = {(one.who, one.what, one.code): one.count for one in house.catalog.denials()}
    assert found == {
        (OFFICER, "SignIn", SignInRefusedError.code): 3,
        ("unknown", "SignIn", SignInRefusedError.code): 1,
        (OFFICER, "SetPin", NotPermittedError.code): 1,
    }


def test_a_stopping_station_signs_everybody_out(house: House) -> None:
    house.sign_in(OFFICER)
    house.reopen()
    assert house.lines("signed_out")[-1].facts["reason"] == "stopped"


def test_the_only_roles_that_see_other_peoples_clips_are_these() -> None:
    from workstation.domain.people import scope_of

    seen = {role: scope_of(role, Permission.VIEW) for role in Role}
    assert seen == {
        Role.OFFICER: Scope.OWN,
        Role.LEADER: Scope.UNIT,
        Role.ADMINISTRATOR: None,
        Role.AUDITOR: Scope.STATION,
    }
