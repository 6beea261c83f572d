"""What people say of clips and cases at one station, and what comes from another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from workstation.casework import annotating, cases, merging
from workstation.casework.annotating import Annotation, Marker
from workstation.casework.cases import CaseChange
from workstation.catalog.values import Search
from workstation.domain.casework import Field, Operation, Verb
from workstation.domain.errors import UnknownClipError
from workstation.domain.errors_casework import (
    BadOperationError,
    CaseNumberTakenError,
    OperationClashError,
    UnknownCaseError,
    UnknownHoldError,
)
from workstation.ledger import operations
from workstation.ledger.custody import Act, decode
from workstation.retention import holds

if TYPE_CHECKING:
    from tests.unit.ingest.scripted import Bench

ME = "012345"


def said_elsewhere(
    name: str, clip: str, field: Field, value: str, verb: Verb | None = None, over: str = ""
) -> bytes:
    """An operation of another station; ``over`` names others, with spaces between."""
    is_single = field in {Field.CATEGORY, Field.IMPORTANCE}
    return operations.encode(
        Operation(
            id=name,
            origin="elsewhere",
            at=datetime(2020, 1, 1, tzinfo=UTC),
            by="099999",
            verb=verb or (Verb.SET if is_single else Verb.ADD),
            field=field,
            clip=clip,
            value=value,
            over=tuple(over.split()),
        )
    )


def acts(bench: Bench, clip: str) -> list[str]:
    """What the chain says happened to a clip."""
    return [decode(line, 0).act for line in bench.engine.catalog.custody_of(clip)]


def test_everything_said_of_a_clip_holds_and_is_in_the_chain(
    bench: Bench, clips: list[str]
) -> None:
    ledger, catalog = bench.engine.ledger, bench.engine.catalog
    case = cases.create(ledger, CaseChange({"number": "2026-0317"}), ME)
    what = Annotation(
        add_tags=("占道经营", "劝离"),
        link=(case,),
        category="执法检查",
        importance=3,
        note="当事人自述",
        add_markers=(Marker(61_000, 75_000, "出示证件"), Marker(5_000)),
    )
    assert annotating.annotate(ledger, clips[:1], what, ME) == 8
    state = catalog.casework_of(clips[0])
    assert state.tags == ("劝离", "占道经营")
    assert state.cases == (case,)
    assert (state.categories, state.importances) == (("执法检查",), (3,))
    assert [(m.in_ms, m.out_ms, m.value) for m in state.markers] == [
        (5_000, None, ""),
        (61_000, 75_000, "出示证件"),
    ]
    assert [note.by for note in state.notes] == [ME]
    assert not catalog.clip(clips[0]).important  # the recorder's word stays its own
    assert acts(bench, clips[0])[1:] == [
        Act.TAGGED.value,
        Act.TAGGED.value,
        Act.LINKED.value,
        Act.MARKED.value,
        Act.MARKED.value,
        Act.TAGGED.value,
        Act.TAGGED.value,
        Act.NOTED.value,
    ]
    assert "当事人" not in str(catalog.custody_of(clips[0]))  # words about people stay apart


def test_what_holds_already_is_not_said_again(bench: Bench, clips: list[str]) -> None:
    ledger = bench.engine.ledger
    case = cases.create(ledger, CaseChange(), ME)
    what = Annotation(add_tags=("a",), link=(case,), category="c", importance=1)
    assert annotating.annotate(ledger, clips[:2], what, ME) == 8
    assert annotating.annotate(ledger, clips[:2], what, ME) == 0


def test_taking_back_reaches_tags_links_category_and_markers(
    bench: Bench, clips: list[str]
) -> None:
    ledger, catalog = bench.engine.ledger, bench.engine.catalog
    case = cases.create(ledger, CaseChange(), ME)
    said = Annotation(add_tags=("a", "b"), link=(case,), category="c", add_markers=(Marker(1),))
    annotating.annotate(ledger, clips[:1], said, ME)
    marker = catalog.casework_of(clips[0]).markers[0].operation
    undone = Annotation(
        remove_tags=("a", "never"), unlink=(case,), category="", remove_markers=(marker,)
    )
    assert annotating.annotate(ledger, clips[:1], undone, ME) == 4
    state = catalog.casework_of(clips[0])
    assert (state.tags, state.links, state.categories, state.markers) == (("b",), (), (), ())
    assert state.released_at is not None
    assert len(catalog.operations_about(clip=clips[0])) == 9  # nothing was edited


def test_nothing_is_said_of_any_clip_if_one_is_unknown(bench: Bench, clips: list[str]) -> None:
    ledger, catalog = bench.engine.ledger, bench.engine.catalog
    with pytest.raises(UnknownClipError):
        annotating.annotate(ledger, [clips[0], "none"], Annotation(add_tags=("a",)), ME)
    with pytest.raises(UnknownCaseError):
        annotating.annotate(ledger, clips, Annotation(link=("none",)), ME)
    assert not catalog.casework_of(clips[0]).is_tagged
    assert catalog.operations_after(0) == []


@pytest.mark.parametrize(
    "what",
    [
        Annotation(add_tags=("",)),
        Annotation(add_tags=("x" * 201,)),
        Annotation(add_tags=("a\x00b",)),
        Annotation(importance=6),
        Annotation(add_markers=(Marker(-1),)),
        Annotation(add_markers=(Marker(10, 9),)),
        Annotation(note="x" * 4001),
    ],
)
def test_what_can_not_be_kept_is_refused(bench: Bench, clips: list[str], what: Annotation) -> None:
    with pytest.raises(BadOperationError):
        annotating.annotate(bench.engine.ledger, clips[:1], what, ME)


def test_provisional_case_gets_its_number_late_and_its_clips_are_found_by_it(
    bench: Bench, clips: list[str]
) -> None:
    ledger, catalog = bench.engine.ledger, bench.engine.catalog
    case = cases.create(ledger, CaseChange({"title": "夜市巡查"}, ("王某",)), ME)
    annotating.annotate(ledger, clips[:2], Annotation(link=(case,)), ME)
    assert catalog.case(case).number == ""
    cases.change(ledger, case, CaseChange({"number": "2026-0317"}), ME)
    assert catalog.resolve_case("2026-0317") == case
    assert catalog.clips_of_case(case) == sorted(clips[:2])
    for words in ("0317", "2026-0317", "夜市", "王"):
        assert {clip.id for clip in catalog.search(Search(words))} == set(clips[:2]), words
    with pytest.raises(CaseNumberTakenError):
        cases.create(ledger, CaseChange({"number": " 2026-0317 "}), ME)


def test_case_is_closed_and_opened_again(bench: Bench) -> None:
    ledger, catalog = bench.engine.ledger, bench.engine.catalog
    case = cases.create(ledger, CaseChange({"type": "行政处罚"}), ME)
    assert [line.file.id for line in catalog.cases(is_closed=False)] == [case]
    cases.change(ledger, case, CaseChange(is_closed=True, note="已结"), ME)
    found = catalog.case(case)
    assert found.is_closed
    assert found.closed_at is not None
    assert catalog.cases(is_closed=False) == []
    cases.change(ledger, case, CaseChange(is_closed=False), ME)
    assert not catalog.case(case).is_closed
    with pytest.raises(UnknownCaseError):
        cases.change(ledger, "none", CaseChange(), ME)
    with pytest.raises(BadOperationError):
        cases.change(ledger, case, CaseChange({"state": "closed"}), ME)


def test_link_made_elsewhere_in_ignorance_is_contested_until_a_person_confirms(
    bench: Bench, clips: list[str]
) -> None:
    ledger, catalog = bench.engine.ledger, bench.engine.catalog
    ours = cases.create(ledger, CaseChange({"number": "A"}), ME)
    theirs = cases.create(ledger, CaseChange({"number": "B"}), ME)
    annotating.annotate(ledger, clips[:1], Annotation(link=(ours,)), ME)
    line = said_elsewhere("remote-1", clips[0], Field.LINK, theirs)
    assert merging.merge(ledger, [line]) == 1
    assert merging.merge(ledger, [line]) == 0
    state = catalog.casework_of(clips[0])
    assert {link.case for link in state.links} == {ours, theirs}
    assert all(link.is_contested for link in state.links)
    assert catalog.contested_clips() == [clips[0]]
    annotating.annotate(ledger, clips[:1], Annotation(link=(ours,)), ME)  # both are right
    state = catalog.casework_of(clips[0])
    assert {link.case for link in state.links} == {ours, theirs}
    assert catalog.contested_clips() == []


def test_categories_of_two_stations_are_both_shown_until_one_is_chosen(
    bench: Bench, clips: list[str]
) -> None:
    ledger, catalog = bench.engine.ledger, bench.engine.catalog
    annotating.annotate(ledger, clips[:1], Annotation(category="甲"), ME)
    merging.merge(ledger, [said_elsewhere("remote-1", clips[0], Field.CATEGORY, "乙")])
    state = catalog.casework_of(clips[0])
    assert state.categories == ("乙", "甲")
    assert state.contested == ("category",)
    annotating.annotate(ledger, clips[:1], Annotation(category="乙"), ME)
    state = catalog.casework_of(clips[0])
    assert (state.categories, state.contested) == (("乙",), ())


def test_same_name_for_another_saying_is_refused(bench: Bench, clips: list[str]) -> None:
    ledger = bench.engine.ledger
    merging.merge(ledger, [said_elsewhere("remote-1", clips[0], Field.TAG, "甲")])
    with pytest.raises(OperationClashError):
        merging.merge(ledger, [said_elsewhere("remote-1", clips[0], Field.TAG, "乙")])


@pytest.mark.parametrize(
    "line", [b"", b"{}", b"[]", b'{"v":2}', b"\xff", b'{"v":1,"id":"x","more":1}']
)
def test_lines_that_are_no_operations_are_refused(bench: Bench, line: bytes) -> None:
    with pytest.raises(BadOperationError):
        merging.merge(bench.engine.ledger, [line])


def test_hold_ends_only_by_its_own_name(bench: Bench, clips: list[str]) -> None:
    ledger, catalog = bench.engine.ledger, bench.engine.catalog
    case = cases.create(ledger, CaseChange(), ME)
    first, second = holds.place(ledger, clips=[clips[0]], cases=[case], reason="复议", by=ME)
    other = said_elsewhere("r", clips[0], Field.TAG, "x")
    retracts = said_elsewhere("r2", clips[0], Field.TAG, "x", Verb.RETRACT, f"{first} {second}")
    merging.merge(ledger, [other, retracts])
    assert {line.operation for line in catalog.holds()} == {first, second}
    with pytest.raises(UnknownHoldError):
        holds.release(ledger, [first, "none"], ME)
    assert len(catalog.holds()) == 2
    assert holds.release(ledger, [first], ME) == 1
    assert [line.operation for line in catalog.holds()] == [second]
    assert acts(bench, clips[0])[-1] == Act.RELEASED.value


def test_operations_can_not_be_edited(bench: Bench, clips: list[str]) -> None:
    annotating.annotate(bench.engine.ledger, clips[:1], Annotation(add_tags=("a",)), ME)
    for statement in ("UPDATE operation SET id = 'x'", "DELETE FROM operation"):
        with pytest.raises(IntegrityError), bench.engine.ledger.transaction() as tx:
            tx.connection.exec_driver_sql(statement)
