"""Settings are typed, have defaults, and a mistake is named to the line."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from ui.texts import say
from workstation.domain.errors import BadSettingsError
from workstation.platform import settings

PAGE = Path(__file__).resolve().parents[3] / "docs" / "settings.md"


def _write(folder: Path, text: str) -> Path:
    path = folder / "evidock.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _refusal(folder: Path, text: str) -> dict[str, object]:
    with pytest.raises(BadSettingsError) as caught:
        settings.load(_write(folder, text))
    return caught.value.facts


def test_missing_file_means_defaults(tmp_path: Path) -> None:
    assert settings.load(tmp_path / "none.toml") == settings.Settings()


def test_empty_file_means_defaults(tmp_path: Path) -> None:
    assert settings.load(_write(tmp_path, "")) == settings.Settings()


def test_everything_can_be_set(tmp_path: Path) -> None:
    text = """
[station]
name = "城东所"
language = "en"
[dock]
urls = ["usb:", "simulated:?slots=4"]
slots = 8
ports = { "pci-0000:00:14.0-usb-0:1.1" = 1 }
[vault]
min_free_mb = 10
sm3 = false
[ingest]
readers_per_hub = 2
writers = 1
keep_partial = false
[sync]
store = "/mnt/central"
retry_max_s = 60
rate_limit_mb_s = 2.5
[ui]
theme = "dark"
language = "zh_CN"
scale = 2
[media]
probe = false
time_limit_s = 5
memory_limit_mb = 256
[profiles]
directories = ["/etc/evidock/profiles"]
"""
    read = settings.load(_write(tmp_path, text))
    assert read.station.name == "城东所"
    assert read.dock.urls == ("usb:", "simulated:?slots=4")
    assert read.dock.ports == {"pci-0000:00:14.0-usb-0:1.1": 1}
    assert read.vault.min_free_bytes == 10_000_000
    assert read.sync.rate_limit_bps == 2_500_000
    assert read.media.memory_limit_bytes == 256_000_000
    assert read.ui.scale == 2.0
    assert read.kiosk_language == "zh_CN"
    assert read.profiles.directories == ("/etc/evidock/profiles",)


def test_kiosk_speaks_the_language_of_the_station_unless_told_otherwise(tmp_path: Path) -> None:
    assert settings.load(_write(tmp_path, '[station]\nlanguage = "en"')).kiosk_language == "en"


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        ("[ui]\ntheme = 'blue'", 2, "ui.theme", "not_allowed"),
        ("# note\n\n[ui]\n# note\nscale = 9", 5, "ui.scale", "not_allowed"),
        ("[ui]\nscale = nan", 2, "ui.scale", "not_allowed"),
        ("[ui]\nscale = inf", 2, "ui.scale", "not_allowed"),
        ("[sync]\nretry_max_s = nan", 2, "sync.retry_max_s", "not_allowed"),
        ("ui.thme = 'dark'", 1, "ui.thme", "unknown_key"),
        ("[ui]\n[vualt]\nsm3 = true", 2, "vualt", "unknown_key"),
        ("vault = 3", 1, "vault", "not_allowed"),
        ("[vault]\nsm3 = 1", 2, "vault.sm3", "not_allowed"),
        ("[vault]\nmin_free_mb = true", 2, "vault.min_free_mb", "not_allowed"),
        ("[vault]\nmin_free_mb = 1.5", 2, "vault.min_free_mb", "not_allowed"),
        ("[ingest]\nwriters = 0", 2, "ingest.writers", "not_allowed"),
        ("[ingest]\n'writers' = '4'", 2, "ingest.writers", "not_allowed"),
        ("\n\ningest = { writers = 1, readers = 2 }", 3, "ingest.readers", "unknown_key"),
        ("[dock.ports]\na = 1\nb = 65", 3, "dock.ports.b", "not_allowed"),
        ("[dock]\nslots = 4\nports.'x.y' = 0", 3, "dock.ports.x.y", "not_allowed"),
        ("[dock]\nports = 1", 2, "dock.ports", "not_allowed"),
        ("[dock]\nurls = [\n  'usb:',\n  4,\n]\n", 2, "dock.urls", "not_allowed"),
        ("[dock]\nurls = 'usb:'", 2, "dock.urls", "not_allowed"),
        ("[profiles]\ndirectories = ['here']", 2, "profiles.directories", "not_allowed"),
        ("[sync]\nstore = 'central'", 2, "sync.store", "not_allowed"),
        ("[station]\nname = ''", 2, "station.name", "not_allowed"),
        ("[station]\nname = '''\na\nb'''\nlanguage = 'fr'", 5, "station.language", "not_allowed"),
        ("[[ui]]\ntheme = 'dark'", 1, "ui", "not_allowed"),
        ("[ui]\nscale = 9\ntheme = 'blue'", 2, "ui.scale", "not_allowed"),
        ("[vault]\nsm3 = 1\n[station]\nname = 2", 2, "vault.sm3", "not_allowed"),
    ],
)
def test_mistake_is_named_to_the_line(
    tmp_path: Path, text: str, line: int, key: str, reason: str
) -> None:
    facts = _refusal(tmp_path, text)
    assert (facts["line"], facts["key"], facts["reason"]) == (line, key, reason)
    assert facts["allowed"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[ui\n", 1),
        ("[ui]\ntheme =\nscale = 1", 2),
        ("[ui]\nscale = 1\nscale = 2", 3),
        ("a = [", 1),
    ],
)
def test_syntax_error_is_named_to_the_line(tmp_path: Path, text: str, line: int) -> None:
    facts = _refusal(tmp_path, text)
    assert (facts["reason"], facts["line"]) == ("syntax", line)


def test_text_that_is_not_utf8_is_named_to_the_line(tmp_path: Path) -> None:
    path = tmp_path / "evidock.toml"
    path.write_bytes(b"[station]\nname = '" + "城".encode("gbk") + b"'\n")
    with pytest.raises(BadSettingsError) as caught:
        settings.load(path)
    assert (caught.value.facts["reason"], caught.value.facts["line"]) == ("not_utf8", 2)


def test_file_that_can_not_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadSettingsError) as caught:
        settings.load(tmp_path)
    assert caught.value.facts["reason"] == "unreadable"


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("ui.thme = 1", "ui.theme"), ("[vualt]", "vault"), ("ui.xyzzy = 1", "")],
)
def test_a_key_that_may_have_been_meant_is_offered(tmp_path: Path, text: str, nearest: str) -> None:
    assert _refusal(tmp_path, text)["nearest"] == nearest


def test_allowed_values_are_spelled_out(tmp_path: Path) -> None:
    assert _refusal(tmp_path, "ui.theme = 1")["allowed"] == '"dark" | "light"'
    assert _refusal(tmp_path, "ingest.writers = 99")["allowed"] == "integer 1..32"
    assert _refusal(tmp_path, "vault.sm3 = 'yes'")["allowed"] == "true | false"


def test_words_of_a_mistake_name_file_line_and_key(tmp_path: Path) -> None:
    said = say("settings.bad", _refusal(tmp_path, "[ui]\nthme = 'dark'"), "zh_CN")
    assert "evidock.toml 第 2 行 ui.thme" in said.reason
    assert "是否想写 ui.theme" in said.reason


def test_settings_can_not_be_changed_after_reading() -> None:
    with pytest.raises(AttributeError):
        settings.Settings().ui.theme = "dark"  # type: ignore[misc]


def test_defaults_satisfy_the_schema() -> None:
    written = msgspec.to_builtins(settings.Settings())
    assert msgspec.convert(written, settings.Settings) == settings.Settings()


def test_page_of_settings_lists_each_with_its_default() -> None:
    page = PAGE.read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z0-9_.]+)` \| `` (.*?) `` \| `` (.*?) `` \|", page, re.MULTILINE)
    shown = [(key, allowed.replace("\\|", "|"), default) for key, allowed, default in listed]
    assert shown == [(row.key, row.allowed, row.default) for row in settings.rows()]
