"""What an S3 store holds under a key: the *oldest* version is the authoritative one.

A locked version can not be replaced or removed; whoever gets hold of a key can only add newer
ones, or a delete marker. Reading the oldest makes both harmless.
"""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from workstation.domain.errors import StoreRefusedError

if TYPE_CHECKING:
    from sync.stores.s3.client import Answer, S3Client

LOCK_SLACK = timedelta(hours=1)  # engines round, and count from the beginning or the end
_MODES = frozenset({"COMPLIANCE"})


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object."""

    key: str
    version: str
    size_bytes: int
    etag: str  # without quotation marks


def oldest(client: S3Client, key: str) -> Version | None:
    """The authoritative version under exactly this key.

    Raises: as ``S3Client.call``.
    """
    found: Version | None = None
    for version in walk(client, key, ""):
        if version.key != key:
            break
        found = version  # a key's versions come newest first
    return found


def walk(client: S3Client, prefix: str, after: str) -> Iterator[Version]:
    """All versions under a prefix: keys in byte order, each key's versions newest first.

    Raises: as ``S3Client.call``.
    """
    marks: dict[str, object] = {"KeyMarker": after} if after else {}
    while True:
        answer = client.call("list_object_versions", Prefix=prefix, **marks)
        for row in answer.get("Versions", ()):
            key = str(row["Key"])
            if key > after:
                etag = str(row.get("ETag", "")).strip('"')
                yield Version(key, str(row["VersionId"]), int(row["Size"]), etag)
        if not answer.get("IsTruncated"):
            return
        marks = {"KeyMarker": answer["NextKeyMarker"]}
        if answer.get("NextVersionIdMarker"):
            marks["VersionIdMarker"] = answer["NextVersionIdMarker"]


def require_locked(client: S3Client, version: Version, landing: timedelta) -> datetime:
    """An object counts as stored only if nobody with a key to the store can remove it.

    Times are compared with the store's own: ours may be hours off, and an object that is found
    again has been there for a while.

    Returns: until when it is locked.

    Raises:
        StoreRefusedError: it is not locked for as long as the store promises (fact ``reason``
            is ``not_locked``).
        StoreUnavailableError: the store does not say.
    """
    head = client.call("head_object", Key=version.key, VersionId=version.version)
    until = head.get("ObjectLockRetainUntilDate")
    if isinstance(until, datetime) and _is_locked(head, until, landing):
        return until
    raise StoreRefusedError(
        reason="not_locked",
        key=version.key,
        mode=str(head.get("ObjectLockMode", "")),
        until=str(until or ""),
    )


def _is_locked(head: Answer, until: datetime, landing: timedelta) -> bool:
    """Whether the lock holds now and was as long as promised when the object came in."""
    arrived = head.get("LastModified")
    if head.get("ObjectLockMode") not in _MODES or not isinstance(arrived, datetime):
        return False
    return until >= arrived + landing - LOCK_SLACK and until > _store_time(head)


def _store_time(head: Answer) -> datetime:
    """When the store answered, by its own clock."""
    said = head["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    try:
        return parsedate_to_datetime(said).astimezone(UTC)
    except ValueError:
        return datetime.now(UTC)
