"""libmtp by its C API: only what is called, with the types of libmtp.h 1.1. Runs in the child.

Facts about libmtp that the calls below depend on, read in its source (1.1.20 and later):
an object's name and time are kept from the first look on, its size is asked for anew each time
as long as the flag below is set; a listing leaves out what it could not look at without a word.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from typing import TYPE_CHECKING

from workstation.devices.isolated import CallFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workstation.devices.isolated import Plain

SONAME = "libmtp.so.9"
ROOT = 0xFFFFFFFF
# "Do not ask for all properties of an object at once": then the size is asked for each time
# (see above), and the many phones that answer that question wrongly are not asked it.
_FLAG_NO_PROPERTY_LISTS = 0x4
_PROPERTY_DATE_MODIFIED = 8  # LIBMTP_PROPERTY_DateModified
_CANCEL = 2  # LIBMTP_HANDLER_RETURN_CANCEL
_FOLDER = 0  # LIBMTP_FILETYPE_FOLDER


class _Entry(ctypes.Structure):
    _fields_ = (
        ("vendor", ctypes.c_char_p),
        ("vendor_id", ctypes.c_uint16),
        ("product", ctypes.c_char_p),
        ("product_id", ctypes.c_uint16),
        ("device_flags", ctypes.c_uint32),
    )


class _RawDevice(ctypes.Structure):
    _fields_ = (
        ("entry", _Entry),
        ("bus_location", ctypes.c_uint32),
        ("devnum", ctypes.c_uint8),
    )


class _Storage(ctypes.Structure):
    pass


_Storage._fields_ = (
    ("id", ctypes.c_uint32),
    ("type", ctypes.c_uint16),
    ("file_system", ctypes.c_uint16),
    ("access", ctypes.c_uint16),
    ("capacity", ctypes.c_uint64),
    ("free_bytes", ctypes.c_uint64),
    ("free_objects", ctypes.c_uint64),
    ("description", ctypes.c_char_p),
    ("volume", ctypes.c_char_p),
    ("next", ctypes.POINTER(_Storage)),
    ("previous", ctypes.POINTER(_Storage)),
)


class _Device(ctypes.Structure):
    """The beginning of LIBMTP_mtpdevice_t, which is all that is looked at."""

    _fields_ = (
        ("object_bitsize", ctypes.c_uint8),
        ("params", ctypes.c_void_p),
        ("usb", ctypes.c_void_p),
        ("storage", ctypes.POINTER(_Storage)),
    )


class _File(ctypes.Structure):
    pass


_File._fields_ = (
    ("item_id", ctypes.c_uint32),
    ("parent_id", ctypes.c_uint32),
    ("storage_id", ctypes.c_uint32),
    ("name", ctypes.c_char_p),
    ("size_bytes", ctypes.c_uint64),
    ("modified", ctypes.c_long),  # time_t
    ("type", ctypes.c_int),
    ("next", ctypes.POINTER(_File)),
)

_PutFunction = ctypes.CFUNCTYPE(
    ctypes.c_uint16,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_uint32,
    ctypes.c_void_p,
    ctypes.POINTER(ctypes.c_uint32),
)
_DevicePointer = ctypes.POINTER(_Device)
_FilePointer = ctypes.POINTER(_File)
_Error = ctypes.c_void_p
_SIGNATURES: dict[str, tuple[Plain, tuple[Plain, ...]]] = {
    "Init": (None, ()),
    "Get_Supported_Devices_List": (
        ctypes.c_int,
        (ctypes.POINTER(ctypes.POINTER(_Entry)), ctypes.POINTER(ctypes.c_int)),
    ),
    "Open_Raw_Device_Uncached": (_DevicePointer, (ctypes.POINTER(_RawDevice),)),
    "Release_Device": (None, (_DevicePointer,)),
    "Get_Manufacturername": (ctypes.c_void_p, (_DevicePointer,)),
    "Get_Modelname": (ctypes.c_void_p, (_DevicePointer,)),
    "Get_Serialnumber": (ctypes.c_void_p, (_DevicePointer,)),
    "Get_Deviceversion": (ctypes.c_void_p, (_DevicePointer,)),
    "Get_Batterylevel": (
        ctypes.c_int,
        (_DevicePointer, ctypes.POINTER(ctypes.c_uint8), ctypes.POINTER(ctypes.c_uint8)),
    ),
    "Get_Storage": (ctypes.c_int, (_DevicePointer, ctypes.c_int)),
    "Get_Files_And_Folders": (_FilePointer, (_DevicePointer, ctypes.c_uint32, ctypes.c_uint32)),
    "Get_Filemetadata": (_FilePointer, (_DevicePointer, ctypes.c_uint32)),
    "destroy_file_t": (None, (_FilePointer,)),
    "Get_String_From_Object": (ctypes.c_void_p, (_DevicePointer, ctypes.c_uint32, ctypes.c_int)),
    "GetPartialObject": (
        ctypes.c_int,
        (
            _DevicePointer,
            ctypes.c_uint32,
            ctypes.c_uint64,
            ctypes.c_uint32,
            ctypes.POINTER(ctypes.c_void_p),
            ctypes.POINTER(ctypes.c_uint),
        ),
    ),
    "Get_File_To_Handler": (
        ctypes.c_int,
        (
            _DevicePointer,
            ctypes.c_uint32,
            _PutFunction,
            ctypes.c_void_p,
            ctypes.c_void_p,
            ctypes.c_void_p,
        ),
    ),
    "Delete_Object": (ctypes.c_int, (_DevicePointer, ctypes.c_uint32)),
    "Get_Errorstack": (_Error, (_DevicePointer,)),
    "Clear_Errorstack": (None, (_DevicePointer,)),
}


class Libmtp:
    """The library, its functions declared. It is not re-entrant: one device, one thread."""

    def __init__(self) -> None:
        """Load it.

        Raises:
            CallFailedError: ``missing``: it is not installed, or lacks a function.
        """
        try:
            library = ctypes.CDLL(SONAME)
            self._libc = ctypes.CDLL(None)
            self._calls: dict[str, Callable[..., Plain]] = {}
            for name, (result, arguments) in _SIGNATURES.items():
                function = getattr(library, f"LIBMTP_{name}")
                function.restype, function.argtypes = result, arguments
                self._calls[name] = function
        except (OSError, AttributeError) as error:
            raise CallFailedError("missing", {"library": SONAME, "reason": str(error)}) from error
        self._libc.free.argtypes = (ctypes.c_void_p,)
        self._libc.free.restype = None
        self._calls["Init"]()

    def open(self, bus: int, number: int, vendor_id: int, product_id: int) -> OpenDevice:
        """Open one device by its place on the bus; no other device is spoken to.

        Raises:
            CallFailedError: ``refused``: it is not there, or does not answer as MTP should.
        """
        flags = self._flags_of(vendor_id, product_id) | _FLAG_NO_PROPERTY_LISTS
        entry = _Entry(b"", vendor_id, b"", product_id, flags)
        raw = _RawDevice(entry, bus, number)
        device = self._calls["Open_Raw_Device_Uncached"](ctypes.byref(raw))
        if not device:
            raise CallFailedError("refused", {})
        return OpenDevice(self._calls, self._libc.free, device)

    def _flags_of(self, vendor_id: int, product_id: int) -> int:
        """What libmtp knows to be wrong with this model; most recorders are not in its list."""
        entries, count = ctypes.POINTER(_Entry)(), ctypes.c_int()
        self._calls["Get_Supported_Devices_List"](ctypes.byref(entries), ctypes.byref(count))
        for index in range(count.value):
            if (entries[index].vendor_id, entries[index].product_id) == (vendor_id, product_id):
                return int(entries[index].device_flags)
        return 0


class OpenDevice:
    """One open device."""

    def __init__(
        self,
        calls: dict[str, Callable[..., Plain]],
        free: Callable[[ctypes.c_void_p], None],
        device: ctypes._Pointer[_Device],
    ) -> None:
        self._calls = calls
        self._free = free
        self._device = device

    def close(self) -> None:
        """End the session, so that the device is free for the next one."""
        self._call("Release_Device")

    def has_failed(self) -> bool:
        """Whether libmtp noted an error since the last ``forget_errors``."""
        return bool(self._call("Get_Errorstack"))

    def forget_errors(self) -> None:
        """Begin anew."""
        self._call("Clear_Errorstack")

    def names(self) -> dict[str, str]:
        """What the device says of itself."""
        return {
            "manufacturer": self._text(self._call("Get_Manufacturername")),
            "model": self._text(self._call("Get_Modelname")),
            "serial": self._text(self._call("Get_Serialnumber")),
            "version": self._text(self._call("Get_Deviceversion")),
        }

    def battery_percent(self) -> int | None:
        """0 to 100; None where it does not tell."""
        full, now = ctypes.c_uint8(), ctypes.c_uint8()
        if self._call("Get_Batterylevel", ctypes.byref(full), ctypes.byref(now)) or not full.value:
            return None
        return min(100, 100 * now.value // full.value)

    def storages(self) -> list[dict[str, Plain]]:
        """The storages it shows now; none while its screen is locked."""
        if self._call("Get_Storage", 0):
            return []
        found = []
        storage = self._device.contents.storage
        while storage:
            one = storage.contents
            found.append(
                {
                    "id": one.id,
                    "description": _decoded(one.description),
                    "volume": _decoded(one.volume),
                    "is_read_only": one.access != 0,
                    "total_bytes": one.capacity,
                    "free_bytes": one.free_bytes,
                }
            )
            storage = one.next
        return found

    def children(self, storage: int, parent: int) -> list[dict[str, Plain]]:
        """What lies in one folder (``ROOT``: the top); also when libmtp could not list it."""
        return list(self._files(self._call("Get_Files_And_Folders", storage, parent)))

    def look(self, handle: int) -> dict[str, Plain] | None:
        """One object; its size is asked for now."""
        return next(self._files(self._call("Get_Filemetadata", handle)), None)

    def modified(self, handle: int) -> str:
        """Its time as the device writes it, asked for now; empty where it does not tell."""
        return self._text(self._call("Get_String_From_Object", handle, _PROPERTY_DATE_MODIFIED))

    def read(self, handle: int, offset: int, count: int) -> bytes | None:
        """A part of an object; None where that failed."""
        block, size = ctypes.c_void_p(), ctypes.c_uint()
        found = self._call(
            "GetPartialObject", handle, offset, count, ctypes.byref(block), ctypes.byref(size)
        )
        try:
            if found:
                return None
            return ctypes.string_at(block, size.value) if block.value else b""
        finally:
            self._free(block)

    def stream(self, handle: int, take: Callable[[bytes], bool]) -> bool:
        """A whole object from its beginning; whether it came to its end. False of ``take`` ends."""

        def put(_params: int, _private: int, count: int, block: int, written: Plain) -> int:
            if not take(ctypes.string_at(block, count)):
                return _CANCEL
            written[0] = count
            return 0

        callback = _PutFunction(put)
        return not self._call("Get_File_To_Handler", handle, callback, None, None, None)

    def delete(self, handle: int) -> bool:
        """Remove an object; whether the device says that it did."""
        return not self._call("Delete_Object", handle)

    def _files(self, first: Plain) -> Iterator[dict[str, Plain]]:
        current = first
        while current:
            one = current.contents
            following = one.next
            yield {
                "handle": one.item_id,
                "parent": one.parent_id,
                "storage": one.storage_id,
                "name": _decoded(one.name),
                "size_bytes": one.size_bytes,
                "modified_s": one.modified,
                "is_folder": one.type == _FOLDER,
            }
            self._calls["destroy_file_t"](current)
            current = following

    def _call(self, name: str, *arguments: Plain) -> Plain:
        return self._calls[name](self._device, *arguments)

    def _text(self, pointer: int | None) -> str:
        if not pointer:
            return ""
        try:
            return _decoded(ctypes.string_at(pointer))
        finally:
            self._free(ctypes.c_void_p(pointer))


def _decoded(raw: bytes | None) -> str:
    """Text that can be turned back into the very bytes."""
    return (raw or b"").decode("utf-8", "surrogateescape")
