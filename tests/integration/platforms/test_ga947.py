"""GA/T 947.4-type platforms: forms, XML, and refusals inside an HTTP 200."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sync.platforms.memory import standings
from workstation.domain.errors_platform import PlatformAnswerError, PlatformUnavailableError

if TYPE_CHECKING:
    from tests.fakes.filled_station import FilledStation
    from tests.fakes.platforms.ga947 import Ga947Platform
    from tests.fakes.platforms.server import PlatformServer
    from tests.integration.platforms.conftest import Site


def test_files_station_and_logs_are_told_once(
    filled: FilledStation, standard_site: Site, standard: Ga947Platform
) -> None:
    standard_site.runner().step()
    standard_site.runner().step()
    assert {row["wjdx"] for row in standard.files.values()} == {"3", "6", "9"}
    assert {len(number) for number in standard.files} == {65}
    assert {row["gzz_xh"] for row in standard.stations} == {"WS0001"}
    told = [(name, row["rzlx"]) for name, row in standard.logs]
    assert told == [
        ("WRITESTATIONLOG", "station_created"),
        ("WRITEDSJLOG", "collection_opened"),
        ("WRITEDSJLOG", "collection_closed"),
    ]
    assert standings(filled.paths.platforms)[0].files == {"accepted": 3}


def test_what_it_has_already_is_known_and_what_it_hates_is_refused(
    filled: FilledStation,
    standard_site: Site,
    standard: Ga947Platform,
    standard_server: PlatformServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    standard.hates = {"9"}
    runner = standard_site.runner()
    runner._beat()
    standard_server.faults.swallow = 1
    with pytest.raises(PlatformUnavailableError):
        runner.step()
    runner.step()
    files = standings(filled.paths.platforms)[0].files
    assert files == {"known": 1, "accepted": 1, "refused": 1}
    assert "file refused" in caplog.text


def test_an_answer_with_declarations_is_not_read(
    standard_site: Site, standard: Ga947Platform
) -> None:
    standard.bomb = True
    with pytest.raises(PlatformAnswerError):
        standard_site.runner().step()


def test_a_portal_is_no_platform(
    standard_site: Site, standard_server: PlatformServer, standard: Ga947Platform
) -> None:
    standard_server.faults.portal = 1
    with pytest.raises(PlatformAnswerError):
        standard_site.runner().step()
    standard_site.runner().step()
    assert len(standard.files) == 3
