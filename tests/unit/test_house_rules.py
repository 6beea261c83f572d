"""Rules of the house that no tool checks: sizes, who may touch files, what the platform gives."""

from __future__ import annotations

import ast
import hashlib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("workstation", "drivers", "sync", "ui", "tests")
FILE_LINES = 500
FUNCTION_LINES = 60
# Changing or removing what lies on a disk, by method name. ``replace`` is told apart from that
# of text and of dataclasses by its arguments.
DISK_CALLS = frozenset(
    {"unlink", "rename", "renames", "rmtree", "rmdir", "removedirs", "write_bytes", "write_text"}
)
# Where that is allowed, and why.
MAY_TOUCH_DISK = {
    "workstation/vault/": "the vault owns its files",
    "workstation/platform/": "locks, logs and other ground",
    "workstation/devices/mount_helper.py": "makes mount points and leaves notes, as root",
    "workstation/devices/medium.py": "erases from a recorder what policy and proof allow",
    "workstation/devices/simulation/": "makes up recorders of its own",
    "workstation/ledger/files.py": "backs up the ledger and puts a rebuilt one in place",
    "workstation/ipc/": "a socket's name belongs to the server that bound it",
    "workstation/station/record.py": "the first-start ceremony writes and clears its draft",
    "workstation/station/cli/demo.py": "throws away the state of an earlier demonstration",
    "workstation/casework/court_pack/": "writes court packs, and takes back unfinished ones",
    "workstation/media/confine.py": "tells the kernel which process to end first",
    "ui/preferences.py": "the kiosk remembers how it looked",
    "ui/manners.py": "the kiosk remembers how it looked",
    "sync/cases/folder.py": "puts lists of cases away once they are taken",
    "sync/stores/": "a store owns its files",
    "sync/centre/fetching.py": "takes back its own unfinished files",
    "drivers/simulated": "makes up recorders of its own",
    "tests/": "tests write into their own directories",
}


def _sources() -> list[Path]:
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return sorted([*found, *ROOT.glob("*.py")])


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


SOURCES = _sources()
every_source = pytest.mark.parametrize("path", SOURCES, ids=_name)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@every_source
def test_file_opens_with_one_sentence(path: Path) -> None:
    docstring = ast.get_docstring(_tree(path))
    assert docstring, "a file opens with a docstring"
    assert docstring.splitlines()[0].rstrip().endswith((".", "?", "!")), docstring


@every_source
def test_file_fits_on_few_pages(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES


@every_source
def test_functions_fit_on_a_page(path: Path) -> None:
    long = [
        f"{node.name}: {lines} lines"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert long == []


@every_source
def test_only_owners_of_files_change_or_remove_them(path: Path) -> None:
    if _name(path).startswith(tuple(MAY_TOUCH_DISK)):
        return
    found = [f"line {call.lineno}: {ast.unparse(call.func)}" for call in _disk_calls(_tree(path))]
    assert found == []


def test_rule_on_files_sees_what_it_should_see() -> None:
    text = "a.unlink()\nos.replace(a, b)\npath.replace(b)\nshutil.rmtree(a)\nos.remove(a)"
    assert len(list(_disk_calls(ast.parse(text)))) == 5
    harmless = "t.replace('a', 'b')\nd.replace(day=1)\nreplace(x, y=1)\nitems.remove(a)"
    assert list(_disk_calls(ast.parse(harmless))) == []


def _disk_calls(tree: ast.Module) -> Iterator[ast.Call]:
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        owner = call.func.value.id if isinstance(call.func.value, ast.Name) else ""
        match call.func.attr:
            case "replace" if owner == "os" or (len(call.args) == 1 and not call.keywords):
                yield call
            case "remove" if owner == "os":
                yield call
            case name if name in DISK_CALLS:
                yield call


@every_source
def test_nobody_imports_widgets(path: Path) -> None:
    imported = {
        name
        for node in ast.walk(_tree(path))
        for name in _imported(node)
        if name.startswith("PySide6.QtWidgets")
    }
    assert imported == set()


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names] + [node.module or ""]
    return []


_EMIT = """
import sys
from PySide6.QtCore import QObject, Signal

class Bell(QObject):
    rang = Signal(object)

heard = []
bell = Bell()
bell.rang.connect(heard.append)

def counts():
    return sys.getrefcount(None), sys.getrefcount(True), sys.getrefcount(False)

def ring(times):
    for _ in range(times):
        bell.rang.emit(0)
    heard.clear()

ring(50)
before = counts()
ring(2000)
after = counts()
sys.exit(any(abs(a - b) > 20 for a, b in zip(before, after)))
"""


def test_qt_does_not_lose_references_to_none_and_true() -> None:
    """PySide6 6.12.0 on Python 3.11 does, and then aborts the process."""
    assert subprocess.run([sys.executable, "-c", _EMIT], check=False, timeout=60).returncode == 0


def test_sm3_is_there_and_agrees_with_the_standard() -> None:
    """GB/T 32905-2016, example 1."""
    digest = hashlib.new("sm3", b"abc").hexdigest()
    assert digest == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_lock_names_versions_and_hashes_but_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in lock
    for address in ("://", "--index", "--find-links", str(ROOT)):
        assert address not in lock


def test_shell_scripts_are_well_formed() -> None:
    for script in (*(ROOT / "installer").glob("*.sh"), ROOT / ".ci" / "run"):
        assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
        assert script.stat().st_mode & 0o111, f"{script.name} is to be executable"
