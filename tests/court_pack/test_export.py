"""Exporting by command: two people, bad input, crashes, encryption; judged by public tools."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
from contextlib import closing
from typing import TYPE_CHECKING

import pyrage
import pytest

from tests.court_pack import judges
from tests.court_pack.station import CASE, LEADER, OFFICER, PINS, WITNESS
from tests.integration.commands import run
from workstation.ledger.database import connect_read_only

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.court_pack.station import Site

JUDGES = (
    judges.bagit,
    judges.sha256sum,
    judges.ascmhl,
    judges.openssl,
    judges.ssh_keygen,
)


def flip(file: Path, at: int) -> None:
    """Turn one bit over."""
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("judge", JUDGES, ids=lambda judge: judge.__name__)
def test_public_tools_accept_a_pack(exported: Path, judge: Callable[[Path], bool]) -> None:
    assert judge(exported)


@pytest.mark.parametrize("judge", [judges.bagit, judges.sha256sum, judges.ascmhl])
def test_a_flipped_bit_in_an_original_is_reported(
    pack: Path, judge: Callable[[Path], bool]
) -> None:
    for original in sorted(pack.glob("data/originals/*.*")):
        size = original.stat().st_size
        for at in {0, size // 2, size - 1}:
            flip(original, at)
            assert not judge(pack)
            flip(original, at)
    assert judge(pack)


def test_a_flipped_bit_in_any_file_is_reported_by_somebody(pack: Path) -> None:
    """Each file is some tool's; nothing in the folder is nobody's."""
    signed = {"statement.txt", "statement.txt.ed25519", "tagmanifest-sha256.txt"}
    for file in sorted(one for one in pack.rglob("*") if one.is_file()):
        name = file.relative_to(pack).as_posix()
        flip(file, file.stat().st_size // 2)
        if name in signed:
            assert not judges.openssl(pack), name
        elif name == "statement.txt.sig":
            assert not judges.ssh_keygen(pack), name
        else:
            assert not judges.sha256sum(pack), name
            assert not judges.bagit(pack), name
        flip(file, file.stat().st_size // 2)
    assert all(judge(pack) for judge in JUDGES)


def test_a_file_taken_away_or_slipped_in_is_reported(pack: Path) -> None:
    (pack / "data" / "originals" / "extra.mp4").write_bytes(b"x")
    assert not judges.bagit(pack)
    (pack / "data" / "originals" / "extra.mp4").unlink()
    next(pack.glob("data/originals/*.mp4")).unlink()
    assert not judges.bagit(pack)
    assert not judges.sha256sum(pack)
    assert not judges.ascmhl(pack)


def test_originals_are_what_was_collected_and_sm3_agrees(site: Site, exported: Path) -> None:
    listed = json.loads((exported / "pack.json").read_bytes())["clips"]
    assert {one["clip"] for one in listed} == set(site.clips)
    for one in listed:
        content = (exported / one["file"]).read_bytes()
        shown = run("show", one["clip"], "--state", site.state, "--json").document
        assert hashlib.sha256(content).hexdigest() == shown["sha256"] == one["sha256"]
        assert f"{shown['sm3']}  {one['file']}" in (exported / "manifest-sm3.txt").read_text()


def test_the_ledger_says_who_let_what_go(site: Site, exported: Path) -> None:
    packed = json.loads((exported / "pack.json").read_bytes())
    custody = run("show", site.clips[0], "--state", site.state, "--json").document["custody"]
    entries = [one for one in custody if one["act"] == "exported"]
    assert entries[0]["by"] == LEADER
    assert entries[0]["facts"]["second"] == WITNESS
    assert entries[0]["facts"]["export"] == packed["export"]
    lines = json.loads((exported / "proof" / "custody.json").read_bytes())["lines"]
    acts = {json.loads(one["line"])["act"] for one in lines}
    assert acts >= {"station_created", "collection_opened", "collected", "noted", "exported"}
    assert run("verify", "--state", site.state, "--json").code == 0


@pytest.mark.parametrize(
    ("by", "pins", "code"),
    [
        ((LEADER, LEADER), (PINS[LEADER], PINS[LEADER]), "people.not_oneself"),
        ((LEADER, WITNESS), (PINS[LEADER], "111222"), "people.sign_in_refused"),
        ((OFFICER, LEADER), (PINS[OFFICER], PINS[LEADER]), "people.not_permitted"),
        ((LEADER, OFFICER), (PINS[LEADER], PINS[OFFICER]), "people.not_permitted"),
    ],
)
def test_nobody_exports_alone(
    site: Site, tmp_path: Path, by: tuple[str, str], pins: tuple[str, str], code: str
) -> None:
    ended = site.export(CASE, "--to", tmp_path, by=by, secrets=pins)
    assert (ended.code, ended.document["error"]["code"]) == (3, code)
    assert list(tmp_path.iterdir()) == []


def test_bad_input_is_refused_before_anything_is_begun(site: Site, tmp_path: Path) -> None:
    before = run("verify", "--ledger", "--state", site.state, "--json").document
    for words, code in (
        ((CASE, "--to", tmp_path / "nowhere"), "export.place"),
        (("no-such", "--to", tmp_path), "clip.unknown"),
        ((CASE, "--to", tmp_path, "--encrypt-to", "age1xyz"), "export.key"),
    ):
        ended = site.export(*words)
        assert ended.document["error"]["code"] == code, ended.stderr
        assert ended.code in {2, 3}
    after = run("verify", "--ledger", "--state", site.state, "--json").document
    assert after == before


@pytest.mark.parametrize("name", ["export.file_written@2", "export.written"])
def test_a_killed_export_leaves_nothing_that_looks_whole(
    site: Site, tmp_path: Path, name: str
) -> None:
    assert site.export(CASE, "--to", tmp_path, failpoints=f"{name}=kill").code == -9
    assert [one.name.endswith(".unfinished") for one in tmp_path.iterdir()] == [True]
    assert run("verify", "--state", site.state, "--json").code == 0
    assert site.export(CASE, "--to", tmp_path).code == 0


def test_a_full_medium_ends_the_export_and_the_ledger_says_so(site: Site, tmp_path: Path) -> None:
    ended = site.export(CASE, "--to", tmp_path, failpoints="export.file_written@3=enospc")
    assert (ended.code, ended.document["error"]["code"]) == (3, "export.full")
    assert list(tmp_path.iterdir()) == []
    lines = run("show", site.clips[0], "--state", site.state, "--json").document["custody"]
    export = lines[-1]["facts"]["export"]
    with closing(connect_read_only(site.state / "ledger.sqlite")) as db:
        ((last,),) = db.execute(
            "SELECT line FROM custody_entry WHERE act='export_ended' ORDER BY seq DESC LIMIT 1"
        )
    assert json.loads(last)["facts"] == {"export": export, "code": "export.full"}


_PINS = (PINS[LEADER], PINS[WITNESS])


def test_encrypted_to_a_key_it_opens_with_age_and_tar(
    site: Site, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    age = tool("age")
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(f"{identity}\n")
    stick = tmp_path / "stick"
    stick.mkdir()
    ended = site.export(CASE, "--to", stick, "--encrypt-to", str(identity.to_public()))
    assert ended.code == 0, ended.stderr
    (sealed,) = stick.iterdir()
    assert sealed.name.endswith(".tar.age")
    plain = tmp_path / "pack.tar"
    subprocess.run([age, "-d", "-i", tmp_path / "key.txt", "-o", plain, sealed], check=True)
    with tarfile.open(plain) as archive:
        archive.extractall(tmp_path / "open", filter="data")
    (pack,) = (tmp_path / "open").iterdir()
    assert all(judge(pack) for judge in JUDGES)
    flip(sealed, sealed.stat().st_size // 2)
    broken = subprocess.run([age, "-d", "-i", tmp_path / "key.txt", sealed], capture_output=True)
    assert broken.returncode != 0


def test_encrypted_to_a_passphrase_the_key_file_opens_it(site: Site, tmp_path: Path) -> None:
    secrets = (*_PINS, "马-电池-订书钉")
    ended = site.export(CASE, "--to", tmp_path, "--encrypt-to", "passphrase", secrets=secrets)
    assert ended.code == 0, ended.stderr
    key, sealed = sorted(tmp_path.iterdir())
    assert key.name.endswith(".key.age")
    text = pyrage.passphrase.decrypt(key.read_bytes(), secrets[2]).decode()
    (tmp_path / "identity").write_text(text)
    with pytest.raises(pyrage.DecryptError):
        pyrage.passphrase.decrypt(key.read_bytes(), "wrong")
    identity = pyrage.x25519.Identity.from_str(text.splitlines()[-1])
    plain = pyrage.decrypt(sealed.read_bytes(), [identity])
    assert b"BagIt-Version: 1.0" in plain


def test_a_damaged_clip_stops_the_export_and_is_named(site: Site, tmp_path: Path) -> None:
    clip = site.clips[1]
    (sealed,) = (site.state / "vault" / "objects").glob(f"??/*.{clip}")
    kept = sealed.read_bytes()
    sealed.chmod(0o640)
    flip(sealed, len(kept) // 2)
    try:
        ended = site.export(clip, "--to", tmp_path)
    finally:
        sealed.write_bytes(kept)
        sealed.chmod(0o440)
    assert ended.code == 4
    assert clip in ended.stderr or clip in ended.stdout.decode()
    assert list(tmp_path.iterdir()) == []


def test_certificates_read_as_ordinary_chinese(exported: Path, tool: Callable[[str], str]) -> None:
    pdftotext = tool("pdftotext")
    for language, expected in (("zh_CN", "电子数据提取固定清单"), ("en", "List of extracted")):
        file = exported / "documents" / f"certificate.{language}.pdf"
        text = subprocess.run(
            [pdftotext, "-layout", file, "-"], capture_output=True, check=True
        ).stdout.decode()
        assert expected in text
        assert CASE in text
        assert "李队" in text
        assert "检察院调取证据" in text
        assert not [one for one in text if 0x2E80 <= ord(one) <= 0x2FDF]  # no radicals
