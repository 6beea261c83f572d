"""GoSuncn openapi v3: what is told arrives once, whatever the platform does meanwhile."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sync.platforms.memory import standings
from tests.fakes.platforms.gosuncn import DOMAIN, KEY, STATION
from tests.integration.commands import run
from tests.integration.platforms.conftest import Site
from tests.integration.sync.rig import eventually, start
from tests.unit.retention.rig import A, B, Rig
from workstation.devices.simulation.track import walk
from workstation.domain.clip import ClipKind
from workstation.domain.errors_platform import (
    PlatformAnswerError,
    PlatformRefusedError,
    PlatformUnavailableError,
)

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    from tests.fakes.filled_station import FilledStation
    from tests.fakes.platforms.gosuncn import GosuncnPlatform
    from tests.fakes.platforms.server import PlatformServer


def test_every_clip_is_registered_once_under_a_number_of_65_characters(
    filled: FilledStation, gosun_site: Site, gosun: GosuncnPlatform
) -> None:
    gosun_site.runner().step()
    gosun_site.runner().step()
    assert len(gosun.files) == 3
    for number, row in gosun.files.items():
        assert len(number) == 65
        assert re.fullmatch(DOMAIN + r"_0{16}REC720260501083000" + r"0000\d{14}\d{4}", number)
        assert (row["gzz_xh"], row["cpxh"], row["jybh"]) == (STATION, "REC-7", "012345")
        assert row["pssj"] == "2026-05-01 08:30:00"
        assert row["ccwz"].startswith("clips/")
    assert sorted(row["wjdx"] for row in gosun.files.values()) == ["3", "6", "9"]
    (standing,) = standings(filled.paths.platforms)
    assert (standing.files, standing.code) == ({"accepted": 3}, None)


def test_an_answer_that_was_lost_is_made_good_and_nothing_is_told_twice(
    filled: FilledStation, gosun_site: Site, gosun: GosuncnPlatform, gosun_server: PlatformServer
) -> None:
    runner = gosun_site.runner()
    runner._beat()
    gosun_server.faults.swallow = 1
    with pytest.raises(PlatformUnavailableError):
        runner.step()
    told = set(gosun.files)
    assert len(told) == 3
    gosun_site.runner().step()  # numbers were written down before anybody was told
    assert set(gosun.files) == told
    assert standings(filled.paths.platforms)[0].files == {"known": 3}


@pytest.mark.parametrize("names_ids", [False, True])
@pytest.mark.parametrize("as_text", [False, True])
def test_a_file_refused_inside_an_http_200_does_not_keep_others_out(
    filled: FilledStation,
    gosun_site: Site,
    gosun: GosuncnPlatform,
    names_ids: bool,
    as_text: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    gosun.names_ids, gosun.code_as_text, gosun.hates = names_ids, as_text, {"6"}
    gosun_site.runner().step()
    assert len(gosun.files) == 2
    assert standings(filled.paths.platforms)[0].files == {"accepted": 2, "refused": 1}
    assert "file refused" in caplog.text


def test_errors_portals_and_redirections_are_waited_out(
    gosun_site: Site, gosun: GosuncnPlatform, gosun_server: PlatformServer
) -> None:
    runner, faults = gosun_site.runner(), gosun_server.faults
    faults.statuses = [500, 503, 404]
    for error in (PlatformUnavailableError, PlatformUnavailableError, PlatformRefusedError):
        with pytest.raises(error):
            runner.step()
    faults.portal = 1
    with pytest.raises(PlatformAnswerError):
        runner.step()
    faults.redirect = 1
    with pytest.raises(PlatformAnswerError):
        runner.step()
    runner.step()
    assert len(gosun.files) == 3


def test_a_wrong_key_is_for_a_person(
    filled: FilledStation, gosun_server: PlatformServer, stack: ExitStack
) -> None:
    site = Site(filled.paths, "gosuncn", gosun_server.url, "wrong", stack)
    with pytest.raises(PlatformRefusedError) as caught:
        site.runner().step()
    assert "authkey" in str(caught.value.facts["reason"])


def test_heartbeats_tell_room_and_learn_how_wrong_its_clock_is(
    filled: FilledStation, gosun_site: Site, gosun: GosuncnPlatform
) -> None:
    gosun_site.runner().step()
    (beat,) = gosun.beats
    assert beat["gzz_xh"] == STATION
    assert int(beat["cczrl"]) >= int(beat["syzrl"]) > 0
    offset_s = standings(filled.paths.platforms)[0].clock_offset_s
    assert offset_s is not None
    assert 500 < offset_s < 700  # ten minutes ahead, give or take a slow machine


def test_logs_of_recorders_and_of_the_station_are_told_in_order_and_once(
    filled: FilledStation, gosun_site: Site, gosun: GosuncnPlatform
) -> None:
    gosun_site.runner().step()
    recorder = [(row["cpxh"], row["rzlx"]) for row in gosun.logs["log/dsjlog"]]
    assert recorder == [("REC-7", "collection_opened"), ("REC-7", "collection_closed")]
    assert [row["rzlx"] for row in gosun.logs["log/wslog"]] == ["station_created"]
    filled.collect([b"more"])
    gosun_site.runner().step()
    assert len(gosun.logs["log/dsjlog"]) == 4


def test_tracks_are_told_as_places(
    filled: FilledStation, gosun_site: Site, gosun: GosuncnPlatform
) -> None:
    began = datetime(2026, 5, 1, 0, 30, tzinfo=UTC)
    filled.collect([walk("a", began, 30).encode()], name="T{}.NMEA", kind=ClipKind.TRACK)
    gosun_site.runner().step()
    gosun_site.runner().step()
    places = gosun.logs["log/gpslog"]
    assert len(places) == 30
    assert all(113 < float(row["jd"]) < 114 and 23 < float(row["wd"]) < 24 for row in places)


def test_a_tree_of_units_with_loops_is_taken_in_and_said(
    filled: FilledStation, gosun_site: Site, gosun: GosuncnPlatform
) -> None:
    gosun.units = [
        {"bmbh": "1", "bmmc": "总队", "sjbmbh": ""},
        {"bmbh": "2", "bmmc": "一中队", "sjbmbh": 1},
        {"bmbh": "3", "bmmc": "二中队", "sjbmbh": "4"},
        {"bmbh": "4", "bmmc": "三中队", "sjbmbh": "3"},
        {"bmbh": "5", "bmmc": "四中队", "sjbmbh": "nowhere"},
        {"bmbh": None, "bmmc": "无名"},
    ]
    gosun.people = [{"jybh": "012345", "jyxm": "张三", "bmbh": "2"}, {"jybh": "", "jyxm": "无号"}]
    gosun_site.runner().step()
    (standing,) = standings(filled.paths.platforms)
    assert (standing.units, standing.loops) == (5, 1)


def test_the_platforms_word_destroys_nothing_and_ours_is_told(
    tmp_path: Path, gosun: GosuncnPlatform, gosun_server: PlatformServer, stack: ExitStack
) -> None:
    with closing(Rig(tmp_path / "state", 3)) as rig:
        site = Site(rig.paths, "gosuncn", gosun_server.url, KEY, stack)
        site.runner().step()
        first, *_ = gosun.files
        gosun.can_delete = [{"wjbh": first}, "of nobody"]
        site.runner().step()
        assert gosun.deleted == []
        assert len(rig.objects()) == 3
        assert standings(rig.paths.platforms)[0].released == 1
        rig.later(4000)
        queued = rig.sweep.queue(A)
        assert queued is not None
        rig.later(60)
        rig.sweep.confirm(queued[0], B)
        assert rig.objects() == set()
        site.runner().step()
        assert gosun.deleted == [first]
        site.runner().step()
        assert gosun.deleted == [first]
        assert standings(rig.paths.platforms)[0].released == 0


@pytest.mark.usefixtures("gosun_site")
def test_the_daemon_tells_the_platform_and_status_shows_it(
    filled: FilledStation, gosun: GosuncnPlatform
) -> None:
    with start(filled.paths.root, "", "daemon") as child:
        eventually(lambda: len(gosun.files) == 3, "the clips are registered")
        eventually(lambda: "log/dsjlog" in gosun.logs, "the logs are told")
        child.terminate()
        assert child.wait(60) == 0
    shown = run("sync", "status", "--state", filled.paths.root)
    assert shown.code == 0, shown.stderr
    assert "已登记 / accepted 3" in shown.stdout.decode()
