"""Sheets that the centre publishes: what is understood, and mistakes that publish nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sync.feed.sheets import read_sheets
from workstation.domain.errors_directory import BadSheetError
from workstation.station.feed.documents import OfficerRow, RecorderRow, UnitRow

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_of_sheets_is_read_and_what_is_not_there_is_left_alone(tmp_path: Path) -> None:
    people = "badge,name,unit,unit_name,active\n1,王,3201,所,否\n"
    (tmp_path / "people.csv").write_text(people, "utf-8-sig")
    (tmp_path / "recorders.csv").write_text("serial , badge\n REC-7 ,1\n", "utf-8")
    found = read_sheets(tmp_path, "", "")
    assert found.people == (UnitRow("3201", "所"), OfficerRow("1", "王", "3201", active=False))
    assert found.recorders == (RecorderRow("REC-7", "1"),)
    assert (found.categories, found.policy, found.cases, found.holds) == (None, None, None, None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("people.csv", "badge,name,unit,unit_name,card\n1,王,3201,所,AABBCCDD\n"),
        ("people.csv", "badge,name,unit\n1,王,nowhere\n"),
        ("people.csv", "badge,name,unit,unit_name,role\n1,王,3201,所,king\n"),
        ("recorders.csv", "serial\nREC-7\n"),
        ("recorders.csv", "serial,badge\nREC-7,1\nREC-7,2\n"),
        ("cases.csv", "unit,number,closed\n3201,A,perhaps\n"),
        ("cases.csv", "unit,number\n../..,A\n"),
        ("holds.csv", "clip,unit,case,reason\nC,3201,A,both\n"),
        ("categories.csv", "name,name\nA,A\n"),
    ],
)
def test_a_sheet_with_a_mistake_is_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(BadSheetError):
        read_sheets(tmp_path, "", "")
