"""Lists of people as files: what they say, and where they are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from workstation.casework.roster_file import read_roster
from workstation.domain.errors_people import BadRosterError
from workstation.ipc.messages_people import RosterOfficer, RosterUnit

if TYPE_CHECKING:
    from pathlib import Path

CSV = """\ufeffbadge,name,unit,unit_name,unit_parent,role,active,card
100001,赵管,3201,城东分局,,administrator,,
300003,孙警,3201-1,一中队,3201,,否,0011223344
300004,"李, 警",3201-1,,,leader,yes,
"""
TOML = """
format = 1
complete = true
[[unit]]
code = "3201"
name = "城东分局"
[[officer]]
badge = "100001"
name = "赵管"
unit = "3201"
role = "administrator"
"""


def _file(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_csv_list_is_read_as_spreadsheets_write_it(tmp_path: Path) -> None:
    for text in (CSV, CSV.replace("\n", "\r\n")):
        roster = read_roster(_file(tmp_path, "people.CSV", text))
        assert roster.units == (
            RosterUnit("3201", "城东分局"),
            RosterUnit("3201-1", "一中队", "3201"),
        )
        assert roster.officers == (
            RosterOfficer("100001", "赵管", "3201", "administrator"),
            RosterOfficer("300003", "孙警", "3201-1", is_active=False, card="0011223344"),
            RosterOfficer("300004", "李, 警", "3201-1", "leader"),
        )


def test_a_toml_list_says_whether_it_is_complete(tmp_path: Path) -> None:
    roster = read_roster(_file(tmp_path, "people.toml", TOML))
    assert roster.is_complete
    assert roster.units == (RosterUnit("3201", "城东分局"),)
    assert roster.officers == (RosterOfficer("100001", "赵管", "3201", "administrator"),)


@pytest.mark.parametrize(
    ("name", "text", "line", "field"),
    [
        ("p.csv", "badge,name\n", 1, "unit"),
        ("p.csv", "badge,name,unit,rank\n", 1, "rank"),
        ("p.csv", "badge,name,unit\n1,甲\n", 2, None),
        ("p.csv", "badge,name,unit\n1,甲,u\n2,乙,u,x\n", 3, None),
        ("p.csv", "badge,name,unit\n1,,u\n", 2, "name"),
        ("p.csv", "badge,name,unit,active\n1,甲,u,maybe\n", 2, "active"),
        ("p.csv", "badge,name,unit,unit_name\n1,甲,u,A\n2,乙,u,B\n", 3, "unit_name"),
        ("p.csv", 'badge,name,unit\n1,"甲"乙,u\n', 2, None),
        ("p.toml", "format = 2", None, "format"),
        ("p.toml", "format = 1\nformat =", 2, None),
        ("p.toml", 'format = 1\n[[officer]]\nbadge = "1"\nname = "甲"\n', None, None),
        ("p.toml", 'format = 1\n[[officers]]\nbadge = "1"', None, None),
        ("p.xls", "", None, None),
    ],
)
def test_a_list_that_is_wrong_says_where(
    tmp_path: Path, name: str, text: str, line: int | None, field: str | None
) -> None:
    with pytest.raises(BadRosterError) as bad:
        read_roster(_file(tmp_path, name, text))
    assert (bad.value.facts.get("line"), bad.value.facts.get("field")) == (line, field)
    assert bad.value.facts["reason"]


def test_a_list_that_is_not_there_or_not_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_bytes(b"badge,name,unit\n1,\xff,u\n")
    for name in ("p.csv", "none.csv"):
        with pytest.raises(BadRosterError):
            read_roster(tmp_path / name)
