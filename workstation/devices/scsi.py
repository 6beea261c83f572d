"""Vendor commands to a SCSI disk: the SG_IO ioctl of Linux by itself, no library.

Address ``/dev/sgN``, opened for reading and writing: through the disk's own node, or a node
opened for reading, the kernel's filter refuses vendor commands without CAP_SYS_RAWIO.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workstation.domain.errors import (
    RecorderGoneError,
    RecorderRefusedError,
    RecorderUnreadableError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SYSFS_BLOCK = Path("/sys/class/block")

# <scsi/sg.h>
_SG_IO = 0x2285
_NONE, _TO_DEVICE, _FROM_DEVICE = -1, -2, -3  # of dxfer_direction
_SENSE_BYTES = 32
_HOST_GONE = frozenset({0x01, 0x04})  # DID_NO_CONNECT, DID_BAD_TARGET
_HOST_TIMEOUT = 0x03  # DID_TIME_OUT
_LEFT = frozenset({errno.ENODEV, errno.ENXIO, errno.ENOENT, errno.EIO, errno.ESHUTDOWN})


class ScsiTransport(Protocol):
    """Where command blocks go; the seam behind which tests put a recorder of their own."""

    def read(self, cdb: bytes, size_bytes: int, timeout_s: float) -> bytes:
        """Send a command and take its data, which may be shorter than ``size_bytes``.

        Raises:
            RecorderGoneError: the disk is not there any more, or does not answer in time.
            RecorderRefusedError: it says CHECK CONDITION or the like.
        """
        ...

    def write(self, cdb: bytes, payload: bytes, timeout_s: float) -> None:
        """Send a command with its data, or without where ``payload`` is empty.

        Raises:
            RecorderGoneError: the disk is not there any more, or does not answer in time.
            RecorderRefusedError: it says CHECK CONDITION or the like.
        """
        ...


class SgHeader(ctypes.Structure):
    """``struct sg_io_hdr`` of <scsi/sg.h>."""

    _fields_ = (
        ("interface_id", ctypes.c_int),
        ("dxfer_direction", ctypes.c_int),
        ("cmd_len", ctypes.c_ubyte),
        ("mx_sb_len", ctypes.c_ubyte),
        ("iovec_count", ctypes.c_ushort),
        ("dxfer_len", ctypes.c_uint),
        ("dxferp", ctypes.c_void_p),
        ("cmdp", ctypes.c_void_p),
        ("sbp", ctypes.c_void_p),
        ("timeout", ctypes.c_uint),
        ("flags", ctypes.c_uint),
        ("pack_id", ctypes.c_int),
        ("usr_ptr", ctypes.c_void_p),
        ("status", ctypes.c_ubyte),
        ("masked_status", ctypes.c_ubyte),
        ("msg_status", ctypes.c_ubyte),
        ("sb_len_wr", ctypes.c_ubyte),
        ("host_status", ctypes.c_ushort),
        ("driver_status", ctypes.c_ushort),
        ("resid", ctypes.c_int),
        ("duration", ctypes.c_uint),
        ("info", ctypes.c_uint),
    )


class SgDisk:
    """An open ``/dev/sgN`` (``ScsiTransport``). Used by one thread."""

    def __init__(self, descriptor: int, node: str) -> None:
        self._descriptor = descriptor
        self._node = node

    def read(self, cdb: bytes, size_bytes: int, timeout_s: float) -> bytes:
        buffer = ctypes.create_string_buffer(size_bytes)
        left = self._execute(cdb, _FROM_DEVICE, buffer, size_bytes, timeout_s)
        return buffer.raw[: size_bytes - left]

    def write(self, cdb: bytes, payload: bytes, timeout_s: float) -> None:
        buffer = ctypes.create_string_buffer(payload, len(payload)) if payload else None
        direction = _TO_DEVICE if payload else _NONE
        self._execute(cdb, direction, buffer, len(payload), timeout_s)

    def _execute(
        self,
        cdb: bytes,
        direction: int,
        buffer: ctypes.Array[ctypes.c_char] | None,
        size_bytes: int,
        timeout_s: float,
    ) -> int:
        """Run one command; how many bytes of the data are missing."""
        command = ctypes.create_string_buffer(cdb, len(cdb))
        sense = ctypes.create_string_buffer(_SENSE_BYTES)
        header = SgHeader(
            interface_id=ord("S"),
            dxfer_direction=direction,
            cmd_len=len(cdb),
            mx_sb_len=_SENSE_BYTES,
            dxfer_len=size_bytes,
            dxferp=ctypes.addressof(buffer) if buffer is not None else None,
            cmdp=ctypes.addressof(command),
            sbp=ctypes.addressof(sense),
            timeout=round(timeout_s * 1000),
        )
        try:
            fcntl.ioctl(self._descriptor, _SG_IO, header)
        except OSError as error:
            if error.errno in _LEFT:
                raise RecorderGoneError(node=self._node, errno=error.errno) from error
            raise RecorderRefusedError(command=cdb[:8].hex(), errno=error.errno) from error
        self._check(header, cdb)
        return max(0, min(int(header.resid), size_bytes))

    def _check(self, header: SgHeader, cdb: bytes) -> None:
        if header.host_status in _HOST_GONE or header.host_status == _HOST_TIMEOUT:
            raise RecorderGoneError(node=self._node, host_status=int(header.host_status))
        if header.status or header.host_status:
            raise RecorderRefusedError(
                command=cdb[:8].hex(),
                status=int(header.status),
                host_status=int(header.host_status),
            )


@contextmanager
def open_disk(node: str) -> Iterator[SgDisk]:
    """Open the generic node that belongs to a disk's node.

    Args:
        node: ``/dev/sdb``; a partition's node will not do.

    Raises:
        RecorderGoneError: the disk is not there any more.
        RecorderUnreadableError: no generic node, or no right to it (see the udev rule).
    """
    generic = generic_node(node)
    try:
        descriptor = os.open(generic, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in _LEFT:
            raise RecorderGoneError(node=generic, errno=error.errno) from error
        raise RecorderUnreadableError(node=generic, errno=error.errno) from error
    try:
        yield SgDisk(descriptor, generic)
    finally:
        os.close(descriptor)


def generic_node(node: str, block: Path = SYSFS_BLOCK) -> str:
    """``/dev/sgN`` of ``/dev/sdX``, as sysfs tells.

    Raises:
        RecorderGoneError: the disk is not there any more.
        RecorderUnreadableError: it has no generic node: the kernel module ``sg`` is missing.
    """
    device = block / Path(node).name / "device"
    if not device.exists():
        raise RecorderGoneError(node=node)
    names = sorted(found.name for found in device.glob("scsi_generic/sg*"))
    if not names:
        raise RecorderUnreadableError(node=node, reason="no_sg")
    return f"/dev/{names[0]}"
