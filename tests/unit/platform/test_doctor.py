"""The doctor finds what is wrong with a machine, and changes nothing."""

from __future__ import annotations

import importlib.metadata
import os
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

import pytest

from workstation.platform import doctor, doctor_disk, doctor_machine
from workstation.platform.findings import Finding, FindingStatus
from workstation.platform.paths import StatePaths
from workstation.platform.settings import Settings

OK, WARN, FAIL = FindingStatus.OK, FindingStatus.WARN, FindingStatus.FAIL
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def paths(tmp_path: Path) -> StatePaths:
    """The state directory of an initialised station."""
    state = StatePaths(tmp_path / "state")
    state.keys.mkdir(parents=True)
    state.station.write_text("{}", encoding="utf-8")
    for key in (state.vault_key, state.station_key):
        key.write_bytes(b"secret")
        key.chmod(0o400)
    with closing(sqlite3.connect(state.ledger)) as ledger:
        ledger.execute("PRAGMA journal_mode=WAL")
        ledger.execute("CREATE TABLE t (a)")
    return state


def _tree(folder: Path) -> dict[str, int]:
    return {str(path): path.lstat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def _of(code: str, findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.code == code]


def test_sound_station_is_examined_whole_and_left_as_it_was(paths: StatePaths) -> None:
    before = _tree(paths.root)
    findings = doctor.examine(paths, Settings())
    assert {finding.code for finding in findings} == set(doctor.CODES)
    assert [finding for finding in findings if finding.status is FAIL] == []
    assert _tree(paths.root) == before


def test_findings_come_in_the_order_of_the_list(paths: StatePaths) -> None:
    places = [doctor.CODES.index(found.code) for found in doctor.examine(paths, Settings())]
    assert places == sorted(places)


def test_directory_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    paths = StatePaths(tmp_path / "a" / "b")
    state = _of("doctor.state", doctor.examine(paths, Settings()))
    assert [(found.status, found.facts["found"]) for found in state] == [(WARN, "not_initialised")]
    assert list(tmp_path.iterdir()) == []


def test_file_in_place_of_the_directory_is_found(tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(b"")
    assert doctor_disk.examine_state(StatePaths(tmp_path / "state")).status is FAIL


def test_key_that_others_may_read_is_found(paths: StatePaths) -> None:
    paths.station_key.chmod(0o644)
    found = doctor_disk.examine_keys(paths)
    assert [finding.status for finding in found] == [OK, FAIL]
    assert found[1].facts["found"] == "0644"


def test_missing_key_is_found(paths: StatePaths) -> None:
    paths.vault_key.unlink()
    found = doctor_disk.examine_keys(paths)
    assert found[0].facts["found"] == "missing"
    assert doctor.worst(found) is FAIL


def test_key_that_is_a_link_is_refused(paths: StatePaths, tmp_path: Path) -> None:
    paths.vault_key.rename(tmp_path / "elsewhere")
    paths.vault_key.symlink_to(tmp_path / "elsewhere")
    assert doctor_disk.examine_keys(paths)[0].status is FAIL


def test_ledger_that_left_wal_mode_is_found(paths: StatePaths) -> None:
    with closing(sqlite3.connect(paths.ledger)) as ledger:
        ledger.execute("PRAGMA journal_mode=DELETE")
    found = doctor_disk.examine_ledger(paths.ledger)
    assert (found.status, found.facts["found"]) == (WARN, "DELETE")


def test_ledger_that_is_no_database_is_found(paths: StatePaths) -> None:
    paths.ledger.write_bytes(b"hello")
    assert doctor_disk.examine_ledger(paths.ledger).status is WARN
    paths.ledger.unlink()
    assert doctor_disk.examine_ledger(paths.ledger).status is FAIL


def test_too_little_room_is_found(tmp_path: Path) -> None:
    assert doctor_disk.examine_room(tmp_path, 1 << 60).status is FAIL
    assert doctor_disk.examine_room(tmp_path, 0).status is OK


def test_writing_that_the_system_refuses_is_found() -> None:
    found = doctor_disk.examine_writing(Path("/proc"))
    assert [(finding.code, finding.status) for finding in found] == [("doctor.disk_write", FAIL)]


def test_udev_that_does_not_run_is_found(tmp_path: Path) -> None:
    found = doctor_machine.examine_udev(tmp_path / "control")
    assert (found.status, found.facts["found"]) == (WARN, "no_daemon")
    (tmp_path / "control").touch()
    assert doctor_machine.examine_udev(tmp_path / "control").status is OK


def test_machine_without_a_hardware_clock_is_found(tmp_path: Path) -> None:
    assert doctor_machine.examine_rtc(tmp_path / "none").status is WARN
    (tmp_path / "rtc0").mkdir()
    assert doctor_machine.examine_rtc(tmp_path).facts == {"found": "rtc0"}


@pytest.mark.parametrize(
    ("version", "status"),
    [
        ("6.11.3", OK),
        ("6.11.12", OK),
        ("6.11.2", WARN),
        ("6.12", WARN),
        ("6.12.0", WARN),
        ("7.0.1", WARN),
    ],
)
def test_interface_library_of_another_line_is_found(
    monkeypatch: pytest.MonkeyPatch, version: str, status: FindingStatus
) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _name: version)
    assert doctor_machine.examine_pyside6().status is status


def test_interface_library_that_is_missing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    assert doctor_machine.examine_pyside6().facts["found"] == "none"


def test_versions_are_those_of_the_project_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = doctor_machine.examine_pyside6().facts["wanted"]
    assert f"PySide6-Essentials{wanted}" in project["dependencies"]
    assert project["requires-python"] == doctor_machine.examine_python().facts["wanted"]


@pytest.mark.parametrize(
    ("statuses", "worst"),
    [([], OK), ([OK, OK], OK), ([OK, WARN, OK], WARN), ([FAIL, WARN, OK], FAIL)],
)
def test_worst_finding_decides(statuses: list[FindingStatus], worst: FindingStatus) -> None:
    assert doctor.worst(Finding("doctor.rtc", status) for status in statuses) is worst


@pytest.mark.parametrize(
    ("files", "found", "status"),
    [
        (("udev/rules.d/90-evidock.rules", "systemd/system/evidock-mount@.service"), "rule", "ok"),
        (("udev/rules.d/90-evidock.rules",), "rule_without_unit", "warn"),
        (("systemd/system/evidock-mount@.service",), "unit_without_rule", "warn"),
    ],
)
def test_mounting_is_by_rule_and_unit_together(
    tmp_path: Path, files: tuple[str, ...], found: str, status: str
) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    finding = doctor_machine.examine_mounting(tmp_path, tmp_path / "lib", tmp_path)
    assert (finding.facts["found"], finding.status.value) == (found, status)


def test_without_the_rule_only_root_can_mount(tmp_path: Path) -> None:
    finding = doctor_machine.examine_mounting(tmp_path, tmp_path, tmp_path)
    assert finding.facts["found"] == ("helper" if os.geteuid() == 0 else "none")
