"""The verifier that lies in each pack, in a real browser: whole packs, damage and forgery."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.court_pack import judges
from tests.court_pack.browser import Browser
from tests.court_pack.station import CASE, build_site
from tests.court_pack.test_export import flip
from tests.integration.commands import run

if TYPE_CHECKING:
    from collections.abc import Iterator

CUSTODY, POINT = "proof/custody.json", "proof/checkpoint.txt"
TAGS = "tagmanifest-sha256.txt"


@pytest.fixture(scope="module")
def browser(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(_chromium(), tmp_path_factory.mktemp("profile")) as opened:
        opened.open(exported / "verify.html")
        yield opened


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("chromium is not installed (installer/packages.txt)")
    return found


def _list_anew(pack: Path, *names: str) -> None:
    """What a forger does after a change: put the new digests into the tag manifest."""
    manifest = pack / TAGS
    lines = {line[66:]: line[:64] for line in manifest.read_text().splitlines()}
    for name in names:
        lines[name] = hashlib.sha256((pack / name).read_bytes()).hexdigest()
    manifest.write_text("".join(f"{digest}  {path}\n" for path, digest in lines.items()))


def test_a_whole_pack_is_green(browser: Browser, exported: Path) -> None:
    report = browser.choose(exported)
    assert (report.state, report.bad) == ("good", []), report.findings
    assert "通过" in report.verdict
    assert "PASSED" in report.verdict
    fingerprint = json.loads((exported / "pack.json").read_bytes())["station"]["fingerprint"]
    assert fingerprint in report.findings
    for said in ("signature of the checkpoint holds", "signature of the statement holds"):
        assert said in report.findings


def test_a_flipped_bit_in_any_file_is_red_and_named(browser: Browser, pack: Path) -> None:
    for file in sorted(one for one in pack.rglob("*") if one.is_file()):
        name = file.relative_to(pack).as_posix()
        if name == "statement.txt.sig":  # of use to ssh-keygen only; the other one is checked
            continue
        middle = file.stat().st_size // 2
        flip(file, middle)
        report = browser.choose(pack)
        flip(file, middle)
        assert report.state == "bad", name
        assert name in report.bad or name in {TAGS, "manifest-sha256.txt"}, (name, report)
        assert report.bad[0] in report.verdict
        if name.startswith("data/") or name in {CUSTODY, POINT}:
            assert report.bad[0] == name
    assert browser.choose(pack).state == "good"


def test_a_file_taken_away_or_slipped_in_is_named(browser: Browser, pack: Path) -> None:
    extra = pack / "data" / "originals" / "extra.mp4"
    extra.write_bytes(b"x")
    assert browser.choose(pack).bad == ["data/originals/extra.mp4"]
    extra.unlink()
    gone = next(pack.glob("data/originals/*.mp4"))
    gone.unlink()
    assert browser.choose(pack).bad == [gone.relative_to(pack).as_posix()]


def test_a_forged_entry_is_found_though_the_manifests_agree(browser: Browser, pack: Path) -> None:
    place = pack / CUSTODY
    proof = json.loads(place.read_bytes())
    seq = next(one["seq"] for one in proof["lines"] if '"collected"' in one["line"])
    for one in proof["lines"]:
        if one["seq"] == seq:
            one["line"] = one["line"].replace('"by":null', '"by":"200002"')
    place.write_text(json.dumps(proof))
    _list_anew(pack, CUSTODY)
    assert judges.sha256sum(pack)
    report = browser.choose(pack)
    assert report.bad == [CUSTODY, TAGS]
    assert f"entry {seq} is not in the signed ledger" in report.findings


def test_a_forged_checkpoint_is_found_though_the_manifests_agree(
    browser: Browser, pack: Path
) -> None:
    """The same in both places, and with digests that agree: only the signature tells."""
    note = (pack / POINT).read_text()
    forged = note.replace("\ntime 20", "\ntime 19")
    proof = json.loads((pack / CUSTODY).read_bytes())
    proof["checkpoint"] = forged
    (pack / POINT).write_text(forged)
    (pack / CUSTODY).write_text(json.dumps(proof))
    _list_anew(pack, POINT, CUSTODY)
    assert judges.sha256sum(pack)
    report = browser.choose(pack)
    assert report.bad == [POINT, TAGS]
    assert "the signature of the checkpoint does not hold" in report.findings


def test_a_browser_without_ed25519_says_what_it_left_unchecked(
    browser: Browser, exported: Path
) -> None:
    browser.open(exported / "verify.html")
    browser.value(
        "crypto.subtle.importKey = async () => { throw new DOMException('', 'NotSupportedError') }"
    )
    report = browser.choose(exported)
    browser.open(exported / "verify.html")
    assert (report.state, report.bad) == ("partial", [])
    assert "signature of the checkpoint was NOT checked" in report.findings


def test_a_pack_is_green_after_the_station_changed_its_key(
    browser: Browser, tmp_path: Path
) -> None:
    """The receipt's checkpoint was signed with the key before."""
    (tmp_path / "site").mkdir()
    site = build_site(tmp_path / "site")
    assert run("keys", "rotate", "--state", site.state).code == 0
    ended = site.export(CASE, "--to", tmp_path)
    assert ended.code == 0, ended.stderr
    pack = Path(ended.document["path"])
    assert json.loads((pack / "proof" / "custody.json").read_bytes())["earlier"]
    report = browser.choose(pack)
    assert (report.state, report.bad) == ("good", []), report.findings


def test_a_folder_that_is_no_pack_is_refused(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("x")
    assert browser.choose(tmp_path).state == "bad"


@pytest.mark.parametrize("size", [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, (4 << 20) + 77])
def test_long_files_are_hashed_piece_by_piece_alike(browser: Browser, size: int) -> None:
    """The function for files that do not fit into memory, against Python's."""
    content = bytes(place * 7 & 0xFF for place in range(size))
    found = browser.value(
        f"digestOfFile(new File([Uint8Array.from({{length: {size}}}, (_, i) => i * 7)], 'x'), -1)"
    )
    assert found == hashlib.sha256(content).hexdigest()
