"""A policy that is written and read again is the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workstation.domain.retention import Policy
from workstation.retention.policy import parse
from workstation.retention.policy_text import as_toml

ODD = 'a"b\\c\x7f\t重大.事件'


@pytest.mark.parametrize(
    "policy",
    [
        Policy(),
        Policy(name=ODD, recorder_mark_days=None, closed_case_days=400),
        Policy(floor_days=90, queue_days=30, grace_days=0),
        replace(Policy(), categories={ODD: 200, "行政处罚": None}, tags={}, importances={3: None}),
        Policy(case_types={"日常巡查": 365, "治安案件": None}),
    ],
)
def test_a_policy_written_is_read_the_same(policy: Policy) -> None:
    assert parse(as_toml(policy).encode()) == policy
