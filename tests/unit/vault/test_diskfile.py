"""The level of the disk: errors by kind, direct I/O and its fallback, whole small files."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

import pytest

from workstation.domain.errors import (
    ObjectMissingError,
    RecorderGoneError,
    VaultFullError,
    VaultIoError,
    VaultReadOnlyError,
)
from workstation.vault import diskfile

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.domain.errors import (
        StationError,
    )


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, VaultFullError),
        (errno.EDQUOT, VaultFullError),
        (errno.EFBIG, VaultFullError),
        (errno.EROFS, VaultReadOnlyError),
        (errno.EACCES, VaultReadOnlyError),
        (errno.EPERM, VaultReadOnlyError),
        (errno.ENOENT, ObjectMissingError),
        (errno.EIO, VaultIoError),
        (errno.ENODEV, VaultIoError),
    ],
)
def test_what_the_kernel_says_becomes_an_error_by_kind(
    number: int, kind: type[StationError]
) -> None:
    with pytest.raises(kind) as caught, diskfile.translated("here"):
        raise OSError(number, "said so")
    assert type(caught.value) is kind
    assert caught.value.facts["errno"] == number
    assert caught.value.facts["place"] == "here"


def test_our_own_errors_pass_through() -> None:
    with pytest.raises(RecorderGoneError), diskfile.translated("here"):
        raise RecorderGoneError(port="1")


def test_where_direct_access_is_refused_the_file_is_opened_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As tmpfs before Linux 6.6, and FUSE: EINVAL, after the file was created."""
    real = os.open

    def refuse(path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_DIRECT:
            os.close(real(path, flags & ~os.O_DIRECT, mode))
            raise OSError(errno.EINVAL, "no direct access here")
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", refuse)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    descriptor, is_direct = diskfile.open_direct(tmp_path / "file", flags, 0o600)
    os.write(descriptor, b"odd")
    os.close(descriptor)
    assert not is_direct
    assert (tmp_path / "file").read_bytes() == b"odd"


def test_other_refusals_are_not_tried_again(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        diskfile.open_direct(tmp_path / "none", os.O_RDONLY)


def test_a_small_file_is_whole_and_replaces_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "station.json"
    for content in (b"one", b"two" * 10_000):
        diskfile.write_durably(path, content, 0o444)
        assert path.read_bytes() == content
        assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert [found.name for found in tmp_path.iterdir()] == ["station.json"]


def test_flushing_reaches_directories_and_file_systems(tmp_path: Path) -> None:
    diskfile.sync_directories([tmp_path, tmp_path])
    diskfile.sync_file_system(tmp_path)
    with pytest.raises(FileNotFoundError):
        diskfile.sync_directory(tmp_path / "none")


def test_buffers_are_aligned_and_rounded_up() -> None:
    assert len(diskfile.aligned_buffer(1)) == diskfile.ALIGN_BYTES
    assert len(diskfile.aligned_buffer(2 * diskfile.ALIGN_BYTES)) == 2 * diskfile.ALIGN_BYTES
