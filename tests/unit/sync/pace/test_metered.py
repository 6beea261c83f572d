"""A line paid by the byte: by setting, or by what the system says."""

from __future__ import annotations

import pytest

from sync.pace.metered import Metered, understood

CONNECTED, AWAY = "100 (connected)", "30 (disconnected)"


@pytest.mark.parametrize(
    ("said", "is_metered"),
    [
        ("", False),
        (f"{CONNECTED}\nno (guessed)\n", False),
        (f"{CONNECTED}\nyes\n", True),
        (f"{CONNECTED}\nyes (guessed)\n", True),
        (f"{AWAY}\nyes\n\n{CONNECTED}\nno\n", False),
        (f"{CONNECTED}\nno\n\n{CONNECTED}\nyes (guessed)\n", True),
        (f"{CONNECTED}\nunknown\n", False),
    ],
)
def test_what_the_system_says_is_understood(said: str, is_metered: bool) -> None:
    assert understood(said) is is_metered


def test_the_setting_goes_before_what_the_system_says() -> None:
    said = ("printf", f"{CONNECTED}\\nyes\\n")
    assert Metered("ask", said).is_metered
    assert not Metered("no", said).is_metered
    assert Metered("yes", ("false",)).is_metered


def test_where_nobody_can_be_asked_the_line_is_taken_for_free() -> None:
    assert not Metered("ask", ("no-such-program-anywhere",)).is_metered
