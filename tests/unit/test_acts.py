"""Every act of the ledger is called something in both languages, and is of one kind."""

from __future__ import annotations

from ui import acts
from workstation.ledger.custody import Act


def test_every_act_has_words_and_no_word_is_of_an_act_that_is_none() -> None:
    assert acts.known() == {act.value for act in Act}
    for language in ("zh_CN", "en"):
        assert all(acts.act_word(act.value, language) for act in Act)


def test_every_act_is_offered_under_exactly_one_kind() -> None:
    offered = [act for kind in acts.kinds() for act in acts.acts_of(kind)]
    assert sorted(offered) == sorted(act.value for act in Act)
    assert all(acts.kind_word(kind, "en") != acts.kind_word(kind, "zh_CN") for kind in acts.kinds())


def test_an_act_of_a_newer_station_is_shown_as_it_is_written() -> None:
    assert acts.act_word("teleported", "en") == "teleported"
