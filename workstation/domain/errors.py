"""Every way the station can fail, as data.

An error carries a code and facts, never prose: ``ui.texts`` owns the wording in both
languages (``workstation.domain`` stays free of it). Which kind it is decides what the engine
does next and which exit code a command ends with.
"""

from __future__ import annotations

from typing import ClassVar


class StationError(Exception):
    """Base of all errors the station foresees; anything else is a bug and may crash."""

    code: ClassVar[str] = "station.unknown"
    exit_code: ClassVar[int] = 1

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts

    def __str__(self) -> str:
        facts = " ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code} {facts}".rstrip()


class UsageError(StationError):
    """The call itself is wrong: a path that is not there, an unknown clip."""

    code = "usage.bad"
    exit_code = 2


class TransientError(StationError):
    """The world may be better in a moment: retried with backoff, shown only if it lasts."""

    exit_code = 5


class OperatorError(StationError):
    """A person can put it right: shown at once, not retried."""

    exit_code = 3


class IntegrityError(StationError):
    """Bytes are not what we vouched for: quarantined, never retried in silence."""

    exit_code = 4


# -- recorders ---------------------------------------------------------------------------


class RecorderGoneError(TransientError):
    """The recorder left, or its bus did, while we were talking to it."""

    code = "recorder.gone"


class RecorderSwappedError(RecorderGoneError):
    """Another card answers where the one we were reading was."""

    code = "recorder.swapped"


class RecorderStalledError(RecorderGoneError):
    """No byte came for longer than the driver allows."""

    code = "recorder.stalled"


class RecorderUnreadableError(OperatorError):
    """The recorder is there but its file system can not be listed at all."""

    code = "recorder.unreadable"


class RecorderLockedError(TransientError):
    """A person must unlock the recorder's screen before it shows its files; waited for."""

    code = "slot.waiting_unlock"


class RecorderProtocolError(OperatorError):
    """The recorder answers what we do not understand (facts: ``command``, ``answer``)."""

    code = "recorder.protocol"


class RecorderRefusedError(OperatorError):
    """The recorder says no to a command (fact: ``command``)."""

    code = "recorder.refused"


class RecorderBusyError(OperatorError):
    """The recorder refuses because it is recording (fact: ``command``)."""

    code = "recorder.busy"


class RecorderReadOnlyError(OperatorError):
    """Nothing can be written to this recorder, so nothing on it can be erased."""

    code = "recorder.read_only"


class RecorderNotBackError(TransientError):
    """Told to show its card, the recorder left and did not come back (fact: ``waited_s``)."""

    code = "recorder.not_back"


class NoCardError(OperatorError):
    """There is no card in the recorder."""

    code = "recorder.no_card"


class PasswordMissingError(OperatorError):
    """The recorder wants a password and none is set for its family (fact: ``profile``)."""

    code = "recorder.password_missing"


class PasswordRefusedError(OperatorError):
    """The recorder refused the passwords of its family (facts: ``profile``, ``tries``)."""

    code = "recorder.password_refused"


class DebuggingRefusedError(OperatorError):
    """An Android recorder has not allowed this station to speak to it (fact: ``state``)."""

    code = "recorder.debugging_refused"


class AdbMissingError(OperatorError):
    """The adb server can not be started (fact: ``reason``): Android recorders stay locked."""

    code = "adb.missing"


class BindingUnfitError(OperatorError):
    """A field does not fit into the recorder (facts: ``field``, ``bytes``, ``limit``)."""

    code = "recorder.binding_unfit"


class DriverCrashedError(TransientError):
    """The process in which a maker's library runs ended (facts: ``driver``, ``status``)."""

    code = "driver.crashed"


class DriverMissingError(OperatorError):
    """A library that this driver needs is not there or not the right one (fact: ``library``)."""

    code = "driver.missing"


class NotBoundError(UsageError):
    """Nobody has this recorder (fact ``recorder``), so nobody can be released from it."""

    code = "recorder.not_bound"


class BoundAlreadyError(UsageError):
    """The officer has the recorder already, or the time given is not after the last change."""

    code = "recorder.bound_already"


class UnseenRecorderError(UsageError):
    """No recorder of this number was ever docked or bound here."""

    code = "recorder.unseen"


class DriverTieError(OperatorError):
    """Two drivers are equally sure of one sighting: a mistake in the profiles."""

    code = "driver.tie"


class UnknownRecorderError(OperatorError):
    """No driver answers for this sighting: it is charged, nothing is read."""

    code = "recorder.unknown"


class BadDockUrlError(UsageError):
    """A dock URL we do not understand; facts say which part."""

    code = "dock.bad_url"


class BadProfileError(OperatorError):
    """A recorder profile breaks its schema; facts name file, line, key and what is allowed."""

    code = "profile.bad"


# -- single files ------------------------------------------------------------------------


class EntryError(StationError):
    """One file of a recorder can not be taken; the rest is collected all the same."""

    code = "entry.failed"
    exit_code = 3


class EntryVanishedError(EntryError):
    """Listed, then not there."""

    code = "entry.vanished"


class EntryGrewError(EntryError):
    """More bytes than listed: still being written."""

    code = "entry.grew"


class EntryShrankError(EntryError):
    """Fewer bytes than listed."""

    code = "entry.shrank"


class EntryUnreadableError(EntryError):
    """The medium refuses bytes at an offset (facts: ``offset``, ``errno``)."""

    code = "entry.unreadable"


class EntryChangedError(EntryError):
    """Same length, but written to while we read it."""

    code = "entry.changed"


class EntryKeptError(EntryError):
    """The recorder, or its file system, refuses to erase this file (fact: ``errno``)."""

    code = "entry.kept"


class CollectionStoppedError(TransientError):
    """The station was told to stop, or to let this slot go, before the end."""

    code = "collection.stopped"


# -- vault -------------------------------------------------------------------------------


class VaultFullError(OperatorError):
    """No room left for footage."""

    code = "vault.full"


class VaultReadOnlyError(OperatorError):
    """The vault's disk refuses writing."""

    code = "vault.read_only"


class VaultIoError(OperatorError):
    """The vault's disk fails reading or writing."""

    code = "vault.io"


class ObjectMissingError(IntegrityError):
    """The ledger vouches for an object that is not there."""

    code = "object.missing"


class ObjectDamagedError(IntegrityError):
    """An object's authentication fails: some byte is not what we wrote (fact: ``segment``)."""

    code = "object.damaged"


class DigestMismatchError(IntegrityError):
    """Bytes decrypt but are not those that were hashed at the dock."""

    code = "clip.digest_mismatch"


# -- keys, state, settings ---------------------------------------------------------------


class KeyMissingError(OperatorError):
    """A key file is not there."""

    code = "key.missing"


class KeyBadError(OperatorError):
    """A key file can not be understood or has a mode that lets others read it."""

    code = "key.bad"


class SecretsBadError(OperatorError):
    """The sealed passwords can not be opened or understood (facts: ``path``, ``reason``)."""

    code = "secrets.bad"


class NotInitialisedError(OperatorError):
    """The state directory has not seen its first-start ceremony."""

    code = "state.not_initialised"


class AlreadyInitialisedError(OperatorError):
    """The ceremony was held already; keys are never overwritten."""

    code = "state.already_initialised"


class StateLockedError(TransientError):
    """Another process of ours owns this state directory."""

    code = "state.locked"


class StateUnusableError(OperatorError):
    """The state directory can not be created, read or written."""

    code = "state.unusable"


class BadSettingsError(OperatorError):
    """Settings break their schema; facts name file, line, key and what is allowed."""

    code = "settings.bad"


# -- ledger ------------------------------------------------------------------------------


class LedgerBrokenError(IntegrityError):
    """The chain does not hold (facts: ``seq``, ``reason``)."""

    code = "ledger.broken"


class CheckpointBadError(IntegrityError):
    """A signed checkpoint does not match the chain or its signature does not hold."""

    code = "ledger.checkpoint_bad"


class ReceiptBadError(UsageError):
    """A hand-in receipt's text is not in the form that we print."""

    code = "receipt.bad"


class UnsignedYetError(TransientError):
    """No checkpoint covers the entry yet: one follows within a minute."""

    code = "ledger.unsigned"


class UnknownCollectionError(UsageError):
    """No closed docking has this id."""

    code = "collection.unknown"


class CollectionRunningError(TransientError):
    """A docking is still being collected: what is held of it is not certain yet."""

    code = "collection.running"


class LedgerBehindError(OperatorError):
    """The vault holds later ledger lines than the ledger: it was restored from a backup."""

    code = "ledger.behind"


class NothingToRebuildError(OperatorError):
    """The vault holds no copy of the ledger's lines to rebuild from."""

    code = "ledger.no_copy"


class BackupMissingError(OperatorError):
    """There is no backup of the ledger where one was looked for."""

    code = "backup.none"


class LedgerBusyError(TransientError):
    """The ledger is locked by somebody else for longer than we wait."""

    code = "ledger.busy"


class UnknownClipError(UsageError):
    """No clip has this id."""

    code = "clip.unknown"


# -- processes ---------------------------------------------------------------------------


class StationNotRunningError(TransientError):
    """Nobody serves the station's socket."""

    code = "station.not_running"


class ProtocolError(StationError):
    """A message does not parse, or asks for what this version does not know."""

    code = "ipc.protocol"
    exit_code = 1


class NotAllowedError(OperatorError):
    """The peer on the socket may not give this command."""

    code = "ipc.not_allowed"


# -- people ------------------------------------------------------------------------------


class NotSignedInError(OperatorError):
    """The command needs somebody signed in, and nobody is, or not any more."""

    code = "people.not_signed_in"


class NotPermittedError(OperatorError):
    """The person signed in may not do this (facts: ``command`` or ``clip``, ``role``)."""

    code = "people.not_permitted"


class PinMustChangeError(OperatorError):
    """The PIN was given by somebody else; the officer chooses his own first."""

    code = "people.pin_must_change"


# -- central store -----------------------------------------------------------------------


class StoreUnavailableError(TransientError):
    """The central store is not reachable, not mounted, or not the one we were told."""

    code = "store.unavailable"


class StoreFullError(TransientError):
    """The central store has no room; tried again, shown at once."""

    code = "store.full"


class DeliveryPausedError(TransientError):
    """A person said that no clips are sent for now."""

    code = "store.paused"


class StoreReadOnlyError(TransientError):
    """The central store refuses writing; tried again, shown at once."""

    code = "store.read_only"


class StoreRefusedError(OperatorError):
    """The central store refuses for good; a person must look."""

    code = "store.refused"


class StoreDamagedError(IntegrityError):
    """What the central store gives back is not what we sent."""

    code = "store.damaged"
