"""Every kind of central store keeps the same promises. A new kind adds a case, not a test."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
from contextlib import closing
from typing import TYPE_CHECKING, Protocol

import pytest

from sync.documents import FORMAT, StoreDocument, encode
from sync.stores.directory import DirectoryStore
from sync.stores.s3.place import Credentials, parse_place
from sync.stores.s3.store import S3Store
from tests.tools.ceph import cluster
from workstation.domain.errors import (
    StoreDamagedError,
    StoreFullError,
    StoreReadOnlyError,
    StoreRefusedError,
    StoreUnavailableError,
)
from workstation.ledger.signing import StationKey
from workstation.ledger.sshsig import Namespace, public_line, sign
from workstation.platform import failpoints
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sync.stores.api import Store
    from workstation.domain.errors import (
        StationError,
    )

KEY = "clips/st-1/2026/05/01/01J0/0123456789ab-REC_1.MP4"
SIGNER = StationKey.generate()
_libc = ctypes.CDLL(None, use_errno=True)
MS_RDONLY, MS_REMOUNT, MNT_DETACH = 1, 32, 2


class Place(Protocol):
    """Where a store of one kind lives, and what a test may do to it."""

    def open(self) -> Store: ...

    def visible(self) -> list[str]:
        """What a stranger who looks at the store sees."""
        ...

    def spoil(self, key: str) -> None:
        """Flip a bit of a stored object behind the store's back."""
        ...


class DirectoryPlace:
    """A directory store."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def open(self) -> Store:
        return DirectoryStore(self.root)

    def visible(self) -> list[str]:
        found = (path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file())
        return sorted(str(path) for path in found if path.parts[0] != ".incoming")

    def spoil(self, key: str) -> None:
        path = self.root / key
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.chmod(0o600)
        path.write_bytes(content)


class S3Place:
    """A bucket with Object Lock in a real Ceph."""

    tls = False

    def __init__(self, _: Path) -> None:
        self.cluster = cluster(tls=self.tls)
        self.bucket = f"evidence-{new_id().lower()}"
        self.cluster.make_bucket(self.bucket)

    def open(self) -> Store:
        keys = Credentials(self.cluster.access_key, self.cluster.secret_key)
        return S3Store(parse_place(self.cluster.url(self.bucket)), keys)

    def visible(self) -> list[str]:
        listed = self.cluster.admin().list_objects_v2(Bucket=self.bucket)
        return sorted(row["Key"] for row in listed.get("Contents", ()))

    def spoil(self, key: str) -> None:
        self.cluster.spoil(self.bucket, key)


class S3PlaceOverTls(S3Place):
    """The same with certificates, where engines and clients differ most."""

    tls = True


PLACES: dict[str, Callable[[Path], Place]] = {
    "directory": DirectoryPlace,
    "ceph": S3Place,
    "ceph-tls": S3PlaceOverTls,
}


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return PLACES[request.param](tmp_path / "central")


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    store = place.open()
    document = descriptor("STORE1")
    store.initialise(document, sign(document, Namespace.STORE, SIGNER))
    store.describe()
    yield store
    store.close()


@pytest.fixture(autouse=True)
def _disarmed() -> Iterator[None]:
    yield
    failpoints.arm("")


def descriptor(store_id: str) -> bytes:
    ssh = public_line(SIGNER.public)
    return encode(StoreDocument(FORMAT, store_id, "2026-05-01T00:00:00.000Z", "st-1", ssh))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def send(store: Store, key: str, content: bytes, step: int = 1 << 20) -> None:
    with closing(store.begin(key, len(content))) as upload:
        upload.skim(memoryview(content)[: upload.offset])
        while upload.offset < len(content):
            upload.write(memoryview(content)[upload.offset : upload.offset + step])
        stored = upload.commit(sha256(content))
    assert (stored.key, stored.size_bytes, stored.sha256) == (key, len(content), sha256(content))


def fetch(store: Store, key: str, offset: int = 0) -> bytes:
    buffer, content = memoryview(bytearray(70_001)), bytearray()
    with closing(store.open(key, offset)) as stored:
        while count := stored.readinto(buffer):
            content += buffer[:count]
    return bytes(content)


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, (1 << 20) + 1, 5_000_003])
def test_gives_back_the_bytes_it_was_given(store: Store, size: int) -> None:
    content = os.urandom(size)
    assert store.stat(KEY) is None
    send(store, KEY, content, step=300_007)
    assert store.stat(KEY) == size
    for offset in {0, size // 3, size}:
        assert fetch(store, KEY, offset) == content[offset:]


def test_says_which_store_it_is(place: Place, store: Store) -> None:
    assert store.describe().store_id == "STORE1"
    again = place.open()
    assert again.describe().key.public == SIGNER.public
    again.close()


def test_goes_on_where_another_process_left_off(place: Place, store: Store) -> None:
    content = os.urandom(20_000_000)
    with closing(store.begin(KEY, len(content))) as upload:
        upload.write(memoryview(content)[:18_234_567])
    again = place.open()
    again.describe()
    with closing(again.begin(KEY, len(content))) as upload:
        # How many parts were still under way at the end depends on how busy the machine was.
        assert 8_000_000 < upload.offset <= 18_234_567
        upload.skim(memoryview(content)[: upload.offset])
        upload.write(memoryview(content)[upload.offset :])
        upload.commit(sha256(content))
    assert fetch(again, KEY) == content
    again.close()


def test_an_upload_longer_than_the_object_begins_anew(store: Store) -> None:
    with closing(store.begin(KEY, 100)) as upload:
        upload.write(memoryview(bytes(100)))
    with closing(store.begin(KEY, 50)) as upload:
        assert upload.offset == 0


def test_a_dropped_upload_begins_anew(store: Store) -> None:
    with closing(store.begin(KEY, 100)) as upload:
        upload.write(memoryview(bytes(60)))
    store.discard(KEY)
    store.discard(KEY)
    with closing(store.begin(KEY, 100)) as upload:
        assert upload.offset == 0


def test_nothing_shows_before_it_is_whole(place: Place, store: Store) -> None:
    before = place.visible()
    content = os.urandom(1_000_000)
    with closing(store.begin(KEY, len(content))) as upload:
        upload.write(memoryview(content)[:999_999])
        assert (place.visible(), store.stat(KEY)) == (before, None)
        assert list(store.list("clips/")) == []
        upload.write(memoryview(content)[999_999:])
        assert place.visible() == before
        upload.commit(sha256(content))
    assert place.visible() == sorted([*before, KEY])


@pytest.mark.parametrize("sent", [b"other bytes", b"short", b"longer than the object"])
def test_bytes_of_another_digest_are_refused_and_dropped(
    place: Place, store: Store, sent: bytes
) -> None:
    before = place.visible()
    with closing(store.begin(KEY, len(b"these bytes"))) as upload:
        upload.write(memoryview(sent))
        with pytest.raises(StoreDamagedError):
            upload.commit(sha256(b"these bytes"))
    assert (place.visible(), store.stat(KEY)) == (before, None)
    send(store, KEY, b"these bytes")
    assert fetch(store, KEY) == b"these bytes"


def test_an_object_is_never_overwritten(store: Store) -> None:
    send(store, KEY, b"first")
    with closing(store.begin(KEY, 6)) as upload:
        upload.write(memoryview(b"second"))
        with pytest.raises(StoreRefusedError):
            upload.commit(sha256(b"second"))
    assert fetch(store, KEY) == b"first"


def test_committing_the_same_object_again_changes_nothing(place: Place, store: Store) -> None:
    send(store, KEY, b"same")
    before = place.visible()
    send(store, KEY, b"same")
    assert place.visible() == before
    assert fetch(store, KEY) == b"same"


def test_a_document_is_created_once(store: Store) -> None:
    store.put_document("keys/st-1-1.json", b"one")
    store.put_document("keys/st-1-1.json", b"one")
    with pytest.raises(StoreRefusedError):
        store.put_document("keys/st-1-1.json", b"two")
    assert fetch(store, "keys/st-1-1.json") == b"one"


def test_a_missing_object_is_refused(store: Store) -> None:
    with pytest.raises(StoreRefusedError) as caught:
        store.open(KEY)
    assert caught.value.facts["reason"] == "missing"


def test_what_rots_in_the_store_shows_when_read(place: Place, store: Store) -> None:
    content = os.urandom(2_000_000)
    send(store, KEY, content)
    place.spoil(KEY)
    assert fetch(store, KEY) != content


def test_lists_keys_in_byte_order_from_a_cursor(store: Store) -> None:
    keys = ["m/a/1.json", "m/a/1.json.sig", "m/a-b/1", "m/a/2", "m/a/x/3", "m/b", "m/a.txt", "n/1"]
    for key in keys:
        store.put_document(key, b"x")
    expected = sorted(key for key in keys if key.startswith("m/"))
    assert list(store.list("m/")) == expected
    for nth, cursor in enumerate(expected):
        assert list(store.list("m/", cursor)) == expected[nth + 1 :]
    assert list(store.list("m/", "m/a/1.json~")) == [key for key in expected if key > "m/a/1.json~"]
    assert list(store.list("absent/")) == []
    assert list(store.list("m/a/x/")) == ["m/a/x/3"]


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/.hidden", ".incoming/x", "a b", "ä"]
)
def test_a_key_that_could_lead_astray_is_refused(store: Store, key: str) -> None:
    for act in (
        lambda: store.begin(key, 1),
        lambda: store.stat(key),
        lambda: store.open(key),
        lambda: store.put_document(key, b"x"),
    ):
        with pytest.raises(StoreRefusedError):
            act()


def test_nothing_works_before_the_store_said_who_it_is(place: Place, store: Store) -> None:
    store.describe()
    fresh = place.open()
    with pytest.raises(StoreUnavailableError):
        fresh.stat(KEY)


# -- what only directories do to us --------------------------------------------------------


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[DirectoryStore]:
    store = DirectoryStore(tmp_path / "central")
    document = descriptor("STORE1")
    store.initialise(document, sign(document, Namespace.STORE, SIGNER))
    store.describe()
    yield store
    store.close()


def test_a_directory_without_store_json_is_taken_for_an_empty_mount_point(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    with pytest.raises(StoreUnavailableError) as caught:
        store.describe()
    assert caught.value.facts["reason"] == "no_store_json"
    with pytest.raises(StoreUnavailableError):
        DirectoryStore(tmp_path / "absent").describe()
    assert list(tmp_path.iterdir()) == []


def test_a_directory_with_somebody_elses_things_is_not_made_a_store(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    document = descriptor("S")
    with pytest.raises(StoreRefusedError):
        DirectoryStore(tmp_path).initialise(document, sign(document, Namespace.STORE, SIGNER))
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


@pytest.mark.parametrize("how", ["text", "signature", "format", "json"])
def test_a_forged_store_json_is_not_believed(directory: DirectoryStore, how: str) -> None:
    name = "store.json.sig" if how == "signature" else "store.json"
    path = directory.root / name
    path.chmod(0o600)
    text = path.read_text("utf-8")
    forged = {
        "text": text.replace("STORE1", "STORE2"),
        "signature": text.replace("A", "B", 3),
        "format": text.replace('"format": 1', '"format": 2'),
        "json": text[:-10],
    }
    path.write_text(forged[how], "utf-8")
    with pytest.raises(StoreUnavailableError):
        directory.describe()


def test_an_initialisation_cut_short_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "store.json.sig").write_bytes(b"half")
    store = DirectoryStore(tmp_path)
    document = descriptor("STORE1")
    store.initialise(document, sign(document, Namespace.STORE, SIGNER))
    assert store.describe().store_id == "STORE1"
    store.close()


def test_a_crash_between_naming_and_tidying_never_touches_the_object(
    directory: DirectoryStore,
) -> None:
    send(directory, KEY, b"evidence")
    (incoming,) = [directory.root / ".incoming"]
    with closing(directory.begin(KEY, 8)):
        (part,) = incoming.glob("*.part")
    part.unlink()
    os.link(directory.root / KEY, part)  # as if the power had gone just after link(2)
    with closing(directory.begin(KEY, 8)) as upload:
        assert upload.offset == 0
        upload.write(memoryview(b"spoiled!"))
    assert fetch(directory, KEY) == b"evidence"
    assert (directory.root / KEY).stat().st_mode & 0o777 == 0o444


def test_a_file_system_without_links_is_served_by_rename(
    directory: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")  # what FAT answers

    monkeypatch.setattr(os, "link", no_links)
    send(directory, KEY, b"evidence")
    directory.put_document("m/1", b"x")
    with closing(directory.begin(KEY, 5)) as upload:
        upload.write(memoryview(b"other"))
        with pytest.raises(StoreRefusedError):
            upload.commit(sha256(b"other"))
    assert fetch(directory, KEY) == b"evidence"


def test_a_store_taken_away_in_the_middle_never_gets_bytes_in_its_empty_place(
    directory: DirectoryStore,
) -> None:
    gone = directory.root.with_name("unplugged")
    with closing(directory.begin(KEY, 1000)) as upload:
        upload.write(memoryview(bytes(500)))
        directory.root.rename(gone)
        directory.root.mkdir()  # the mount point that stays behind
        upload.write(memoryview(bytes(500)))
        upload.commit(sha256(bytes(1000)))
    directory.put_document("m/1", b"x")
    assert list(directory.root.iterdir()) == []
    with pytest.raises(StoreUnavailableError):
        directory.describe()


ERRORS: list[tuple[str, type[StationError]]] = [
    ("enospc", StoreFullError),
    ("erofs", StoreReadOnlyError),
    ("eio", StoreUnavailableError),
]


@pytest.mark.parametrize(("action", "expected"), ERRORS)
@pytest.mark.parametrize("name", ["object_half", "object_written", "object_published"])
def test_what_the_kernel_says_becomes_an_error_by_kind_and_the_upload_goes_on(
    directory: DirectoryStore, name: str, action: str, expected: type[StationError]
) -> None:
    content = os.urandom(100_000)
    failpoints.arm(f"sync.{name}={action}")
    with pytest.raises(expected):
        send(directory, KEY, content, step=10_000)
    failpoints.arm("")
    send(directory, KEY, content, step=10_000)
    assert fetch(directory, KEY) == content


@contextlib.contextmanager
def small_disk(path: Path) -> Iterator[None]:
    """A file system of 4 MiB of its own, or a loud skip."""
    path.mkdir()
    if _libc.mount(b"evidock-test", os.fsencode(path), b"tmpfs", 0, b"size=4m") != 0:
        pytest.skip(f"can not mount a tmpfs here: {os.strerror(ctypes.get_errno())}")
    try:
        yield
    finally:
        _libc.umount2(os.fsencode(path), MNT_DETACH)


@pytest.mark.hardware
def test_a_full_disk_is_full_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk"):
        store = DirectoryStore(tmp_path / "disk")
        document = descriptor("S")
        store.initialise(document, sign(document, Namespace.STORE, SIGNER))
        ballast = tmp_path / "disk" / "ballast"
        ballast.write_bytes(bytes(2 << 20))
        content = os.urandom(3 << 20)
        with pytest.raises(StoreFullError):
            send(store, KEY, content)
        with closing(store.begin(KEY, len(content))) as upload:
            reached = upload.offset
        assert 0 < reached < len(content)
        ballast.unlink()
        send(store, KEY, content)
        assert fetch(store, KEY) == content
        store.close()


@pytest.mark.hardware
def test_a_read_only_disk_is_said_to_be_one_and_can_be_read(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk"):
        store = DirectoryStore(tmp_path / "disk")
        document = descriptor("S")
        store.initialise(document, sign(document, Namespace.STORE, SIGNER))
        send(store, KEY, b"kept")
        flags = MS_REMOUNT | MS_RDONLY
        assert _libc.mount(b"", os.fsencode(tmp_path / "disk"), b"", flags, b"") == 0
        with pytest.raises(StoreReadOnlyError):
            store.put_document("m/1", b"x")
        with pytest.raises(StoreReadOnlyError):
            store.begin("m/2", 1)
        assert store.describe().store_id == "S"
        assert fetch(store, KEY) == b"kept"
        store.close()


@pytest.mark.hardware
def test_an_unmounted_disk_is_unavailable_and_its_place_stays_empty(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk"):
        store = DirectoryStore(tmp_path / "disk")
        document = descriptor("S")
        store.initialise(document, sign(document, Namespace.STORE, SIGNER))
        store.describe()
        assert _libc.umount2(os.fsencode(tmp_path / "disk"), MNT_DETACH) == 0
        send(store, KEY, b"goes to the disk that was there")
        with pytest.raises(StoreUnavailableError):
            store.describe()
        assert list((tmp_path / "disk").iterdir()) == []
