"""Profiles say what file names mean, and a wrong profile says where it is wrong."""

from __future__ import annotations

import os
import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.unit.devices.conftest import SHIPPED
from workstation.devices.api import Sighting
from workstation.devices.file_names import ENCRYPTED
from workstation.devices.identity import SIDECAR_BYTES
from workstation.devices.profile_schema import MatchRule
from workstation.devices.profiles import CardHints, ProfileSet, inquiry_text, usb_text
from workstation.domain.clip import ClipKind
from workstation.domain.errors import BadProfileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workstation.devices.profile_schema import Example
    from workstation.devices.profiles import Profile

SHIPPED_SET = ProfileSet.load([SHIPPED])
EXAMPLES = [(profile, example) for profile in SHIPPED_SET for example in profile.file.example]
MINIMAL = '[profile]\nkey = "mine"\nvendor = "m"\nfallback = true\n'


@pytest.fixture
def shanghai() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Shanghai"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.parametrize(
    ("profile", "example"),
    EXAMPLES,
    ids=[f"{profile.key}:{example.path}" for profile, example in EXAMPLES],
)
def test_every_example_of_a_profile_reads_as_it_says(profile: Profile, example: Example) -> None:
    facts = profile.classify(example.path)
    expected = example.recorded_at
    if expected is not None and expected.tzinfo is not None:
        expected = expected.astimezone().replace(tzinfo=None)
    assert (facts.kind, facts.badge, facts.serial) == (
        ClipKind(example.kind),
        example.badge,
        example.serial,
    )
    assert (facts.recorded_at, facts.sequence) == (expected, example.sequence)
    assert (facts.important, facts.skip_code) == (example.important, example.skip_code)
    assert facts.findings == example.findings
    if example.sidecar_stem is None:
        assert facts.sidecar_stems == ()
    else:
        assert example.sidecar_stem in facts.sidecar_stems


def _reads_no_card(profile: Profile) -> bool:
    """Whether it only tells how to unlock a recorder, whose card another profile reads."""
    return profile.file.vendor_mode is not None and not profile.file.media.name


@pytest.mark.parametrize("profile", list(SHIPPED_SET), ids=lambda profile: profile.key)
def test_every_shipped_profile_has_examples(profile: Profile) -> None:
    assert _reads_no_card(profile) or len(profile.file.example) >= 2


@pytest.mark.parametrize("profile", list(SHIPPED_SET), ids=lambda profile: profile.key)
def test_a_profile_that_reads_no_card_is_never_chosen_for_one(profile: Profile) -> None:
    assert not _reads_no_card(profile) or profile.file.match == MatchRule()


@pytest.mark.parametrize(
    "profile",
    [
        profile
        for profile in SHIPPED_SET
        if profile is not SHIPPED_SET.fallback and not _reads_no_card(profile)
    ],
    ids=lambda profile: profile.key,
)
def test_a_card_of_a_family_gets_the_profile_of_that_family(profile: Profile) -> None:
    paths = [example.path for example in profile.file.example if not example.findings]
    directories = [path.rpartition("/")[0] for path in paths]
    tops = [part for path in directories for part in _prefixes(path)]
    assert SHIPPED_SET.choose(CardHints(names=paths, directories=tops)).key == profile.key


def _prefixes(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def test_a_card_of_nobody_gets_the_fallback() -> None:
    hints = CardHints(label="A1B2C3D", names=["holiday/beach.jpg"], directories=["holiday"])
    assert SHIPPED_SET.choose(hints) is SHIPPED_SET.fallback


def test_a_few_names_of_another_family_do_not_decide() -> None:
    own = [f"DCAM_C1_012345_20240506_07080{digit}.mp4" for digit in range(9)]
    other = ["012345_0_20240506_070809.mp4"] * 3
    assert SHIPPED_SET.choose(CardHints(names=own + other)).key == "dcam"


@pytest.mark.usefixtures("shanghai")
def test_a_name_in_universal_time_is_told_in_local_time() -> None:
    path = "U_ACCC8E012345_20240506T230000Z/20240506T230809Z_a.mkv"
    assert SHIPPED_SET["axis"].classify(path).recorded_at == datetime(2024, 5, 7, 7, 8, 9)  # noqa: DTZ001


@pytest.mark.parametrize("year", [1970, 2000, 2010])
def test_a_clock_that_nobody_set_is_a_finding(year: int) -> None:
    facts = SHIPPED_SET["dcam"].classify(f"DCAM_C1_012345_{year}0101_000102.mp4")
    assert facts.recorded_at is not None
    assert facts.recorded_at.year == year
    assert facts.findings == ("time.unset",)


def test_a_site_profile_replaces_a_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        '[profile]\nkey = "dcam"\nvendor = "ours"\n', encoding="utf-8"
    )
    chosen = ProfileSet.load([SHIPPED, tmp_path])
    assert chosen["dcam"].file.profile.vendor == "ours"
    assert len(list(chosen)) == len(list(SHIPPED_SET))


@pytest.mark.parametrize(
    ("added", "line", "key", "allowed"),
    [
        ('[match]\nlable = "x"\n', 6, "match.lable", "label"),
        ("[media]\nskip = 3\n", 6, "media.skip", ""),
        ("[[media.name]]\npatern = 'x'\n", 6, "media.name[0].patern", "pattern"),
        ("[[media.name]]\npattern = '('\n", 6, "media.name.pattern", ""),
        ("[match]\nusb = ['4255-1']\n", 6, "match.usb", "vvvv:pppp"),
        ("[clock]\nzone = 'utc+8'\n", 6, "clock.zone", ""),
        ("[clock\n", 5, "", ""),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(
    tmp_path: Path, added: str, line: int, key: str, allowed: str
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(MINIMAL + added, encoding="utf-8")
    with pytest.raises(BadProfileError) as caught:
        ProfileSet.load([tmp_path])
    facts = caught.value.facts
    assert facts["file"] == str(file)
    assert facts["key"] == key
    assert facts["line"] == line
    assert allowed in str(facts.get("allowed", ""))
    assert facts["reason"]


def test_a_missing_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('[profile]\nkey = "x"\n', encoding="utf-8")
    with pytest.raises(BadProfileError) as caught:
        ProfileSet.load([tmp_path])
    assert caught.value.facts["key"] == "profile.vendor"
    assert caught.value.facts["line"] == 1
    assert "fallback" in str(caught.value.facts["allowed"])


def test_two_profiles_may_not_claim_one_recorder(tmp_path: Path) -> None:
    for key, fallback in (("one", "true"), ("two", "false")):
        text = f'[profile]\nkey = "{key}"\nvendor = ""\nfallback = {fallback}\n'
        (tmp_path / f"{key}.toml").write_text(
            text + '[match]\nusb = ["1209:b0d2"]\n', encoding="utf-8"
        )
    with pytest.raises(BadProfileError) as caught:
        ProfileSet.load([tmp_path])
    assert caught.value.facts["reason"] == "claimed_by:one"


def test_two_files_of_one_directory_may_not_share_a_key(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(MINIMAL, encoding="utf-8")
    with pytest.raises(BadProfileError):
        ProfileSet.load([tmp_path])


def test_without_a_fallback_there_is_no_set() -> None:
    with pytest.raises(BadProfileError):
        ProfileSet([])


def test_ids_are_written_as_profiles_write_them() -> None:
    sighting = Sighting(
        "p",
        "/",
        vendor_id=0x4255,
        product_id=0xF,
        properties={"ID_VENDOR": "DV16", "ID_MODEL": "DEVICE_V1.00"},
    )
    assert usb_text(sighting) == "4255:000f"
    assert inquiry_text(sighting) == "dv16devicev1.00"


def test_the_year_of_the_recorder_is_not_changed_by_reading_a_name() -> None:
    facts = SHIPPED_SET["gosuncn"].classify("01234520991231235959999.mp4")
    assert facts.recorded_at == datetime(2099, 12, 31, 23, 59, 59, 999000, tzinfo=UTC).replace(
        tzinfo=None
    )


# A name or a file that was made to keep a regular expression busy must not: while one is
# matched, nothing else of the station runs.
@pytest.mark.parametrize(
    "name",
    [
        "20240101120000" + "a" * 200 + "!",
        "20240101120000" + "_a" * 100 + "!",
        "123456_0_20240101_000000" + "_encryption" * 20 + "!",
        "A1B2_12345678_SN_20240101000000" + "_encryption" * 19 + "!",
        "_" * 250,
        "a_" * 120 + "/" + "a_" * 120,
    ],
)
def test_no_name_keeps_the_rules_busy(name: str) -> None:
    begun_s = time.process_time()
    for profile in SHIPPED_SET:
        profile.classify(name)
        profile.score(CardHints(names=[name + ".mp4"]))
    assert time.process_time() - begun_s < 1.0


@pytest.mark.parametrize("text", ["\n", " ", "\n ", "DevNo =", '"camera serial number" ', "\r"])
def test_no_file_of_a_recorder_keeps_the_rules_busy(text: str) -> None:
    content = text * (SIDECAR_BYTES // len(text))
    begun_s = time.process_time()
    for profile in SHIPPED_SET:
        for rule in profile.file.identity.sidecar:
            for pattern in (rule.serial, rule.badge, rule.officer_name, rule.unit):
                re.search(pattern, content, re.MULTILINE | re.IGNORECASE)
    assert time.process_time() - begun_s < 1.0


@pytest.mark.parametrize(
    ("name", "is_encrypted"),
    [
        ("012345_0_20240501_080000_encryption.mp4", True),
        ("012345_0_20240501_080000_IMP_encryption_ZY.mp4", True),
        ("012345_0_20240501_080000_encryptions.mp4", False),
        ("012345_0_20240501_080000_IMP.mp4", False),
    ],
)
def test_only_the_whole_mark_says_that_a_file_is_encrypted(name: str, is_encrypted: bool) -> None:
    facts = SHIPPED_SET["zzx"].classify(name)
    assert facts.is_parsed
    assert (ENCRYPTED in facts.findings) == is_encrypted
