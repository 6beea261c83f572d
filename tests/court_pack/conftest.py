"""A station to export from, and one pack that came out of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.court_pack.station import CASE, build_site

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.court_pack.station import Site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return build_site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def exported(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack as it was written; nobody changes it."""
    to = tmp_path_factory.mktemp("stick")
    ended = site.export(CASE, "--to", to)
    assert ended.code == 0, ended.stderr
    return Path(ended.document["path"])


@pytest.fixture
def pack(exported: Path, tmp_path: Path) -> Path:
    """A copy of it to do harm to."""
    place = tmp_path / exported.name
    shutil.copytree(exported, place)
    return place


@pytest.fixture
def tool() -> Callable[[str], str]:
    """The path of a public tool; skips loudly where the machine lacks it."""

    def find(name: str) -> str:
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"{name} is not installed (installer/packages.txt)")
        return found

    return find
