"""Who this station is, and the ceremony that makes it."""

from __future__ import annotations

import base64
import os
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

import msgspec

from workstation.domain.errors import (
    AlreadyInitialisedError,
    KeyBadError,
    NotInitialisedError,
    StateUnusableError,
)
from workstation.ledger.custody import Act
from workstation.ledger.database import connect_read_only
from workstation.ledger.keychain import KeyHistory
from workstation.ledger.notes import verifier_line
from workstation.ledger.second_copy import SecondCopy
from workstation.ledger.signing import StationKey, VerifyKey
from workstation.ledger.writer import Ledger
from workstation.platform import failpoints
from workstation.platform.clock import SystemClock, to_text
from workstation.platform.ids import new_id
from workstation.platform.lock import single_instance
from workstation.vault import keys
from workstation.vault.diskfile import write_durably
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workstation.platform.paths import StatePaths
    from workstation.platform.settings import Settings
    from workstation.vault.keys import Keyring


class StationRecord(msgspec.Struct, frozen=True):
    """``station.json``: public; only a rotation of the station's key changes it.

    ``public_key`` is Ed25519, base64; ``verifier`` is the same key in the written form that
    signed-note tools take; ``former_keys`` are those that it took over from, oldest first.
    ``vault_key_check`` tells the right vault key from a damaged one.
    """

    id: str
    name: str
    created_at: str
    public_key: str
    verifier: str
    vault_key_check: str = ""
    former_keys: tuple[str, ...] = ()

    @property
    def is_consistent(self) -> bool:
        """Whether both written forms are of one key."""
        return self.verifier == verifier_line(f"evidock/{self.id}", self.key.public)

    @property
    def key(self) -> VerifyKey:
        """The key that checkpoints are checked with."""
        return VerifyKey(base64.b64decode(self.public_key))

    @property
    def keys(self) -> tuple[VerifyKey, ...]:
        """Every key the station ever had, the present one last."""
        written = (*self.former_keys, self.public_key)
        return tuple(VerifyKey(base64.b64decode(key)) for key in written)

    def after_rotation(self, new: VerifyKey) -> StationRecord:
        """The record once ``new`` has taken over."""
        return msgspec.structs.replace(
            self,
            public_key=base64.b64encode(new.public).decode("ascii"),
            verifier=verifier_line(f"evidock/{self.id}", new.public),
            former_keys=(*self.former_keys, self.public_key),
        )


@contextmanager
def sole_owner(paths: StatePaths, *, settles: bool = True) -> Iterator[None]:
    """Hold the state directory's lock: nobody else opens, makes or writes it meanwhile.

    A rotation of the key that was cut short is settled first, unless there is no ledger to ask.

    Raises:
        StateLockedError: another process has it.
        StateUnusableError: the lock file can not be opened (a read-only disk).
    """
    with ExitStack() as held:
        try:
            held.enter_context(single_instance(paths.lock))
        except OSError as error:
            raise StateUnusableError(
                path=str(paths.lock), reason=os.strerror(error.errno or 0)
            ) from error
        if settles and paths.next_station_key.exists():
            _settle_rotation(paths)
        yield


def _settle_rotation(paths: StatePaths) -> None:
    """Finish a rotation that reached the ledger; forget the key of one that did not."""
    me = load(paths)
    place = paths.next_station_key
    new = StationKey.from_pem(keys.read_secret(place), path=str(place))
    with closing(connect_read_only(paths.ledger)) as db:
        current = KeyHistory.read(db, me.id, me.key).current
    if current.public != new.public:
        keys.forget_secret(place)
        return
    if me.key.public != new.public:
        write_durably(paths.station, _json(me.after_rotation(new)), mode=0o444)
    failpoints.reach("rotate.named")
    keys.replace_secret(paths.station_key, place)


def rotate_key(paths: StatePaths) -> StationRecord:
    """Draw a new station key and let it take over, by an entry that both keys sign.

    A crash anywhere leaves either the old key in force or the new one, never neither: whoever
    owns the state directory next settles it.

    Raises:
        StateLockedError: a station runs; stop it first.
        KeyMissingError, KeyBadError: the old key is not there to hand over.
    """
    with sole_owner(paths):
        me, old = load(paths), load_key(paths)
        new = StationKey.generate()
        ledger = Ledger(paths.ledger, me.id, old, copy=SecondCopy(paths.second_copy))
        try:
            keys.write_secret(paths.next_station_key, new.to_pem())
            failpoints.reach("rotate.drawn")
            ledger.rotate_key(new)
        finally:
            ledger.close()
        _settle_rotation(paths)
        return load(paths)


def is_initialised(paths: StatePaths) -> bool:
    """Whether the ceremony was held and came to its end (``station.json`` is written last)."""
    return paths.station.exists()


def load(paths: StatePaths) -> StationRecord:
    """Read ``station.json``.

    Raises:
        NotInitialisedError: there is none.
        KeyBadError: it does not parse, or holds no public key.
        StateUnusableError: it can not be read.
    """
    try:
        found = msgspec.json.decode(paths.station.read_bytes(), type=StationRecord)
        VerifyKey(base64.b64decode(found.public_key, validate=True))
    except FileNotFoundError as error:
        raise NotInitialisedError(path=str(paths.root)) from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise KeyBadError(path=str(paths.station), reason=str(error)) from error
    except OSError as error:
        raise StateUnusableError(
            path=str(paths.station), reason=os.strerror(error.errno or 0)
        ) from error
    return found


def load_key(paths: StatePaths) -> StationKey:
    """Read the station's private key.

    Raises:
        KeyMissingError, KeyBadError: there is none, or not the one ``station.json`` names.
    """
    key = StationKey.from_pem(keys.read_secret(paths.station_key), path=str(paths.station_key))
    if is_initialised(paths) and key.public != base64.b64decode(load(paths).public_key):
        raise KeyBadError(path=str(paths.station_key), reason="not the key of station.json")
    return key


def load_keyring(paths: StatePaths) -> Keyring:
    """Read the vault's keys.

    Raises:
        KeyMissingError, KeyBadError: there are none, or the first is not the one that the
            station began with: sealing with it would lose what is sealed.
    """
    keyring = keys.load(paths.vault_key)
    expected = load(paths).vault_key_check
    if expected and expected not in {key.check_value() for key in keyring.keys}:
        raise KeyBadError(path=str(paths.vault_key), reason="not the key of station.json")
    return keyring


def open_ledger(paths: StatePaths) -> Ledger:
    """The ledger for writing, with its second copy in the vault; for the sole owner.

    ``rebuilding.open_ledger`` is the same for one that may have been restored from a backup.

    Raises:
        KeyMissingError, KeyBadError, LedgerBrokenError: it can not be signed or read.
        LedgerBehindError: the copy holds lines that the ledger lacks, or other ones.
    """
    copy = SecondCopy(paths.second_copy)
    return Ledger(paths.ledger, load(paths).id, load_key(paths), copy=copy)


def initialise(paths: StatePaths, settings: Settings) -> StationRecord:
    """The first-start ceremony: directories, keys, vault, ledger with its first line.

    A ceremony that was cut short is held again with the keys it had made; nothing is
    overwritten. No secret has a default: both keys are drawn here.

    Raises:
        AlreadyInitialisedError: it was held already.
        StateLockedError: another process is holding it, or runs on it.
        StateUnusableError, VaultFullError, VaultReadOnlyError: the disk refuses.
    """
    if is_initialised(paths):
        raise AlreadyInitialisedError(path=str(paths.root))
    try:
        paths.root.mkdir(mode=0o750, parents=True, exist_ok=True)
        with sole_owner(paths):
            return _make(paths, settings)
    except OSError as error:
        raise StateUnusableError(
            path=str(error.filename or paths.root), reason=os.strerror(error.errno or 0)
        ) from error


def _make(paths: StatePaths, settings: Settings) -> StationRecord:
    if is_initialised(paths):  # by whoever held the lock before us
        raise AlreadyInitialisedError(path=str(paths.root))
    paths.keys.mkdir(mode=0o700, exist_ok=True)
    paths.logs.mkdir(mode=0o750, exist_ok=True)
    paths.cache.mkdir(mode=0o750, exist_ok=True)
    if not paths.vault_key.exists():
        keys.create(paths.vault_key)
    if not paths.station_key.exists():
        keys.write_secret(paths.station_key, StationKey.generate().to_pem())
    key = load_key(paths)
    Vault(paths.vault, keys.load(paths.vault_key)).prepare()
    record = _draft(paths, settings, key)
    ledger = Ledger(paths.ledger, record.id, key, copy=SecondCopy(paths.second_copy))
    if ledger.is_empty:
        with ledger.transaction() as tx:
            tx.append(
                Act.STATION_CREATED,
                facts={"name": record.name, "public_key": record.public_key},
            )
    ledger.close()
    write_durably(paths.station, _json(record), mode=0o444)
    paths.station_draft.unlink(missing_ok=True)
    return record


def _draft(paths: StatePaths, settings: Settings, key: StationKey) -> StationRecord:
    """The record to be; kept aside so that a repeated ceremony keeps the station's id."""
    if paths.station_draft.exists():
        return msgspec.json.decode(paths.station_draft.read_bytes(), type=StationRecord)
    station_id = new_id()
    record = StationRecord(
        id=station_id,
        name=settings.station.name,
        created_at=to_text(SystemClock().now()),
        public_key=base64.b64encode(key.public).decode("ascii"),
        verifier=verifier_line(f"evidock/{station_id}", key.public),
        vault_key_check=keys.load(paths.vault_key).primary.check_value(),
    )
    write_durably(paths.station_draft, _json(record), mode=0o644)
    return record


def _json(record: StationRecord) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"
