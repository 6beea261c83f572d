"""Sealed passwords: nothing of them is readable, and two values a name are kept."""

from __future__ import annotations

import io
import json
import stat
from typing import TYPE_CHECKING

import pytest

import main
from workstation.domain.errors import SecretsBadError, UsageError
from workstation.vault import keys
from workstation.vault.secrets import SealedSecrets

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def sealed(tmp_path: Path) -> SealedSecrets:
    return SealedSecrets(tmp_path / "secrets.json", keys.create(tmp_path / "vault.json"))


def test_where_nothing_was_set_there_is_nothing(sealed: SealedSecrets) -> None:
    assert sealed.of("zzx") == ()
    assert sealed.names() == ()


def test_the_present_value_comes_first_and_one_before_is_kept(sealed: SealedSecrets) -> None:
    for value in ("111111", "222222", "333333", "333333"):
        sealed.put("recorder.zzx", value)
    assert sealed.of("zzx") == ("333333", "222222")
    assert sealed.of("e12") == ()


def test_the_file_tells_nothing(sealed: SealedSecrets, tmp_path: Path) -> None:
    sealed.put("recorder.zzx", "246810")
    path = tmp_path / "secrets.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"246810" not in path.read_bytes()
    assert b"zzx" not in path.read_bytes()


def test_what_was_removed_is_gone(sealed: SealedSecrets) -> None:
    sealed.put("recorder.zzx", "246810")
    sealed.remove("recorder.zzx")
    assert sealed.names() == ()
    with pytest.raises(UsageError):
        sealed.remove("recorder.zzx")


@pytest.mark.parametrize("change", ["flip", "cut", "text"])
def test_a_damaged_file_is_said_and_not_taken_for_empty(
    sealed: SealedSecrets, tmp_path: Path, change: str
) -> None:
    sealed.put("recorder.zzx", "246810")
    path = tmp_path / "secrets.json"
    document = json.loads(path.read_text())
    if change == "flip":
        turned = "B" if document["sealed"][4] == "A" else "A"
        document["sealed"] = document["sealed"][:4] + turned + document["sealed"][5:]
    text = json.dumps(document)
    path.write_text({"flip": text, "cut": text[:-30], "text": "hello"}[change])
    with pytest.raises(SecretsBadError):
        sealed.of("zzx")
    with pytest.raises(SecretsBadError):
        sealed.put("recorder.e12", "1")


def test_another_stations_key_does_not_open_it(sealed: SealedSecrets, tmp_path: Path) -> None:
    sealed.put("recorder.zzx", "246810")
    other = SealedSecrets(tmp_path / "secrets.json", keys.create(tmp_path / "other.json"))
    with pytest.raises(SecretsBadError):
        other.of("zzx")


@pytest.mark.parametrize(
    ("name", "value"), [("zzx", "1"), ("recorder.zzx", ""), ("recorder.zzx", "王")]
)
def test_what_no_recorder_could_have_is_refused(
    sealed: SealedSecrets, name: str, value: str
) -> None:
    with pytest.raises(UsageError):
        sealed.put(name, value)


def test_the_command_line_sets_lists_and_removes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state = ["--state", str(tmp_path / "state")]
    assert main.main(["init", "--non-interactive", *state]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("246810\n"))
    assert main.main(["secrets", "set", "recorder.zzx", *state]) == 0
    capsys.readouterr()
    assert main.main(["secrets", "list", "--json", *state]) == 0
    told = capsys.readouterr().out
    assert json.loads(told)["secrets"] == ["recorder.zzx"]
    assert "246810" not in told
    assert main.main(["secrets", "set", "recorder.unheard_of", *state]) == 2
    assert main.main(["secrets", "remove", "recorder.zzx", *state]) == 0
    assert main.main(["secrets", "remove", "recorder.zzx", *state]) == 2
