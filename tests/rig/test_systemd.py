"""The rule and units that are installed, under a real systemd: a card comes and goes."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from tests.rig import recorders
from tests.rig.machine import ROOT, let_go, part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.rig.machine import Machine

# A guest with systemd is another Debian tree, which takes minutes to build.
pytestmark = [pytest.mark.rig, pytest.mark.nightly, pytest.mark.timeout(1800)]

LIMIT_S = 240
_INSTALL = """
set -e
useradd --system evidock
mkdir -p /opt/evidock/app/workstation/devices
cp /mnt/repo/workstation/devices/mount_helper.py /opt/evidock/app/workstation/devices/
cp /mnt/repo/installer/udev/90-evidock.rules /etc/udev/rules.d/
cp /mnt/repo/installer/systemd/*.service /etc/systemd/system/
systemd-analyze verify /etc/systemd/system/evidock-*.service
udevadm control --reload
mkdir -p /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount --make-rshared /
"""
# The guest has an init of its own, so systemd is the first process of a namespace beside it; the
# mounts, the devices and udev's daemon are the guest's.
_SYSTEMD = (
    "exec unshare --pid --fork --mount-proc --propagation shared env container=rig"
    " /lib/systemd/systemd --system --unit=basic.target --show-status=0"
)
_NOTE = "/run/evidock/sda1.json"


@pytest.fixture(scope="module")
def machine(cache: Path) -> Iterator[Machine]:
    """A guest in which systemd waits for devices, with our files where the installer puts them."""
    assert cache.is_dir()  # the rig's own, which is ours alone while this runs
    rig = part("rig")
    try:
        image = rig.build(debs=[*rig.DEBS, "systemd"], pips=[])
    except (rig.RigError, OSError) as error:
        pytest.skip(f"a guest with systemd can not be built here: {error}")
    running = rig.Rig(image, shares={"repo": str(ROOT)}, warm=False)
    try:
        running.start()
        running.check(_INSTALL)
        running.spawn(_SYSTEMD)
        _wait(lambda: running.run("test -S /run/systemd/private")[0] == 0, "systemd")
        yield running
    finally:
        running.stop()
        let_go(running)


def _wait(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.5)


def test_a_card_is_mounted_by_its_unit_and_unmounted_when_it_leaves(
    machine: Machine, shelf: Path, tmp_path: Path
) -> None:
    recorder = recorders.card(shelf, tmp_path / "card.img", 50, "exfat", clips=1, mb=0.5)
    machine.plug("1", recorder.image, serial=recorder.serial)
    # Nobody but the unit calls the helper here, and nobody but the rule the unit.
    _wait(lambda: '"mounted"' in machine.run(f"cat {_NOTE}")[1], "the unit")
    note = json.loads(machine.check(f"cat {_NOTE}"))
    assert (note["state"], note["mount_point"]) == ("mounted", "/run/evidock/mounts/sda1")
    options = machine.check("findmnt --noheadings --output OPTIONS /run/evidock/mounts/sda1")
    assert {"ro", "nosuid", "nodev", "noexec"} <= set(options.strip().split(","))
    user = machine.check("id --user evidock").strip()
    assert f"uid={user}" in options
    out = machine.check("cd /run/evidock/mounts/sda1 && find . -type f -exec sha256sum {} +")
    held = {line[66:].removeprefix("./"): line[:64] for line in out.splitlines()}
    assert recorder.digests.items() <= held.items()
    assert machine.stats("1")["wr_bytes"] == 0
    machine.unplug("1")
    _wait(lambda: machine.run(f"test -e {_NOTE}")[0] != 0, "the unmount")
    _wait(lambda: machine.run("findmnt /run/evidock/mounts/sda1")[0] != 0, "no mount")
