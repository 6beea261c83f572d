"""The latest date of all rules wins, and nothing but a category can bring it nearer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.domain.retention import CaseFacts, ClipFacts, Policy, Rule, judge
from workstation.domain.retention_outlook import dry_run, forecast, loosens

T0 = datetime(2026, 1, 1, tzinfo=UTC)
PLAIN = ClipFacts("c", 1000, T0)
POLICY = Policy(
    categories={"一般": 180, "处罚": None},
    tags={"冲突": 700},
    importances={1: 365, 5: None},
    recorder_mark_days=400,
    case_types={"巡查": 365},
)


def days(clip: ClipFacts, policy: Policy = POLICY) -> float | None:
    """How long it is kept, from when it came in."""
    until = judge(clip, policy).until
    return None if until is None else (until - T0) / timedelta(days=1)


@pytest.mark.parametrize(
    ("clip", "expected"),
    [
        (PLAIN, 700),  # nobody classified it: the longest temporary
        (replace(PLAIN, categories=("一般",)), 180),
        (replace(PLAIN, categories=("一般", "没听过")), 700),
        (replace(PLAIN, categories=("一般", "处罚")), None),
        (replace(PLAIN, categories=("一般",), tags=("冲突",)), 700),
        (replace(PLAIN, categories=("一般",), importances=(0, 1)), 365),
        (replace(PLAIN, categories=("一般",), is_marked=True), 400),
        (replace(PLAIN, categories=("一般",), holds=("复议",)), None),
        (replace(PLAIN, categories=("一般",), cases=(CaseFacts("k"),)), None),
        (replace(PLAIN, categories=("一般",), cases=(CaseFacts("k", closed_at=T0),)), None),
        (
            replace(
                PLAIN,
                categories=("一般",),
                cases=(CaseFacts("k", "", ("巡查",), T0 + timedelta(days=100)),),
            ),
            465,
        ),
        (
            replace(
                PLAIN,
                categories=("一般",),
                cases=(CaseFacts("k", "", ("巡查",), T0, holds=("诉讼",)),),
            ),
            None,
        ),
        (replace(PLAIN, categories=("一般",), released_at=T0 + timedelta(days=300)), 330),
        (
            replace(PLAIN, categories=("一般",), recorded_at=datetime(2026, 1, 11)),  # noqa: DTZ001
            190,
        ),
        (
            replace(PLAIN, categories=("一般",), recorded_at=datetime(2001, 1, 1)),  # noqa: DTZ001
            180,
        ),
        (replace(PLAIN, recorded_at=datetime(9999, 12, 31)), None),  # noqa: DTZ001
    ],
)
def test_the_latest_date_wins(clip: ClipFacts, expected: float | None) -> None:
    assert days(clip) == expected


def test_reasons_are_all_told_the_strongest_first() -> None:
    clip = replace(PLAIN, categories=("一般",), tags=("冲突",), holds=("复议",))
    verdict = judge(clip, POLICY)
    assert [r.rule for r in verdict.reasons] == [Rule.HOLD, Rule.TAG, Rule.CATEGORY, Rule.FLOOR]
    assert verdict.earliest == T0 + timedelta(days=700)
    assert not verdict.may_go(T0 + timedelta(days=10_000))


spans = st.none() | st.integers(1, 5000)
names = st.sampled_from(["a", "b", "c", "d"])
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
case_facts = st.builds(
    CaseFacts,
    id=names,
    types=st.lists(names, max_size=2).map(tuple),
    closed_at=st.none() | moments,
    holds=st.lists(names, max_size=1).map(tuple),
    released_at=st.none() | moments,
)
policies = st.builds(
    Policy,
    floor_days=st.integers(180, 1000),
    recorder_mark_days=spans,
    closed_case_days=spans,
    categories=st.dictionaries(names, spans),
    tags=st.dictionaries(names, spans),
    importances=st.dictionaries(st.integers(1, 5), spans),
    case_types=st.dictionaries(names, spans),
)
clips = st.builds(
    ClipFacts,
    id=st.just("c"),
    size_bytes=st.integers(0, 10**12),
    vaulted_at=moments,
    recorded_at=st.none() | st.datetimes(),
    is_marked=st.booleans(),
    tags=st.lists(names, unique=True).map(tuple),
    categories=st.lists(names, unique=True).map(tuple),
    importances=st.lists(st.integers(0, 5), unique=True).map(tuple),
    cases=st.lists(case_facts, max_size=2).map(tuple),
    holds=st.lists(names, max_size=2).map(tuple),
    released_at=st.none() | moments,
)


def no_sooner(after: datetime | None, before: datetime | None) -> bool:
    """Whether a life did not get shorter."""
    return after is None or (before is not None and after >= before)


@given(clips, clips, policies)
def test_a_sidecar_is_kept_at_least_as_long_as_its_clip(
    sidecar: ClipFacts, main: ClipFacts, policy: Policy
) -> None:
    beside = judge(replace(sidecar, beside=(main,)), policy).until
    assert no_sooner(beside, judge(main, policy).until)
    if not main.categories:  # its class is the safest, so the sidecar's is as well
        assert no_sooner(beside, judge(sidecar, policy).until)


def test_a_sidecar_has_the_class_of_its_clip_until_it_has_one_of_its_own() -> None:
    short, permanent = (replace(PLAIN, id="m", categories=(name,)) for name in ("一般", "处罚"))
    assert days(replace(PLAIN, beside=(short,))) == 180
    assert days(replace(PLAIN, beside=(permanent,))) is None
    assert days(replace(PLAIN, beside=(short,), categories=("没听过",))) == 700
    assert days(replace(PLAIN, beside=(short,), tags=("冲突",))) == 700
    held = judge(replace(PLAIN, beside=(replace(short, holds=("投诉",)),)), POLICY)
    assert (held.reasons[0].rule, held.reasons[0].subject, held.until) == (Rule.BESIDE, "m", None)
    assert held.earliest == T0 + timedelta(days=180)


@given(clips, policies, names, case_facts, st.integers(0, 5), moments)
def test_no_tag_link_level_mark_or_hold_ever_shortens_a_life(
    clip: ClipFacts, policy: Policy, name: str, case: CaseFacts, level: int, moment: datetime
) -> None:
    before = judge(clip, policy).until
    for more in (
        replace(clip, tags=(*clip.tags, name)),
        replace(clip, cases=(*clip.cases, case)),
        replace(clip, importances=(*clip.importances, level)),
        replace(clip, is_marked=True),
        replace(clip, holds=(*clip.holds, name)),
        replace(clip, released_at=max(filter(None, (clip.released_at, moment)))),
        # A second category is either said in ignorance of the first, and then both count …
        *([replace(clip, categories=(*clip.categories, name))] if clip.categories else []),
    ):
        assert no_sooner(judge(more, policy).until, before)


@given(clips, policies)
def test_no_rule_goes_below_the_floor_and_order_does_not_matter(
    clip: ClipFacts, policy: Policy
) -> None:
    verdict = judge(clip, policy)
    assert no_sooner(verdict.until, clip.vaulted_at + timedelta(days=policy.floor_days))
    turned = replace(
        clip,
        tags=clip.tags[::-1],
        categories=clip.categories[::-1],
        cases=clip.cases[::-1],
        holds=clip.holds[::-1],
    )
    assert judge(turned, policy).until == verdict.until


@given(st.lists(clips, max_size=5), policies, policies, moments)
def test_policy_that_is_said_to_shorten_nothing_shortens_no_life(
    some: list[ClipFacts], before: Policy, after: Policy, now: datetime
) -> None:
    found = dry_run([judge(clip, before) for clip in some], after, now)
    if not loosens(before, after):
        assert not found.shortened
    assert found.unchanged + len(found.shortened) + len(found.lengthened) == len(some)
    assert found.frees_now_bytes == sum(c.size_bytes for c in found.shortened if c.goes_now)


@given(st.lists(clips, max_size=8), policies, moments, st.integers(0, 10**13))
def test_forecast_counts_every_clip_once(
    some: list[ClipFacts], policy: Policy, now: datetime, free: int
) -> None:
    verdicts = [judge(clip, policy) for clip in some]
    found = forecast(verdicts, policy, now=now, free_bytes=free, rate_bytes_per_day=5e9)
    assert found.goes_until_full.clips + found.kept.clips == len(some)
    assert sum(amount.clips for amount in found.kept_by.values()) == found.kept.clips
    assert sum(a.size_bytes for a in found.kept_by.values()) == found.kept.size_bytes
    assert found.goes_now.clips <= found.goes_until_full.clips
    assert found.fills_at is not None
    assert found.fills_at_if_all_goes is not None
    assert found.fills_at_if_all_goes >= found.fills_at


def test_forecast_says_that_the_disk_is_too_small_for_the_law() -> None:
    found = forecast([], POLICY, now=T0, free_bytes=10**12, rate_bytes_per_day=1e10)
    assert found.fills_at == T0 + timedelta(days=100)
    assert not found.is_floor_met
    idle = forecast([], POLICY, now=T0, free_bytes=10**12, rate_bytes_per_day=0)
    assert idle.fills_at is None
    assert idle.is_floor_met
