"""Try on a store what an attacker or an accident would do; say what it withstood.

A canary is an object of a few bytes, locked for a day. Nothing here trusts an answer alone:
whatever was refused or taken is looked at again.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from sync.commission.findings import Finding, Judgement
from sync.layout import CANARY_PREFIX
from sync.stores.s3.client import GoneError
from sync.stores.s3.parts import uploads_of
from sync.stores.s3.signing import DigestedBody
from sync.stores.s3.upload import read_digest
from sync.stores.s3.versions import oldest, require_locked
from workstation.domain.errors import StoreRefusedError, TransientError
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.stores.s3.client import Answer, S3Client
    from sync.stores.s3.versions import Version

CONTENT = b"canary"
PART_BYTES = 5 << 20  # the least that every engine takes for a part that is not the last
LOCK = timedelta(days=1)
FAR = datetime(2107, 1, 1, tzinfo=UTC)  # beyond what 32 bits of seconds hold
SKEW_LIMIT_S = 120.0


class Canaries:
    """Tests of one bucket with the administrator's key, in order."""

    def __init__(self, admin: S3Client, station: str, landing: timedelta) -> None:
        self._admin = admin
        self._prefix = f"{CANARY_PREFIX}{station}/{new_id()}"
        self._landing = landing

    def run(self) -> list[Finding]:
        """Everything.

        Raises:
            TransientError: the store can not be reached.
            StoreRefusedError: the key given may not even put an object.
        """
        key = f"{self._prefix}-locked"
        until = datetime.now(UTC) + LOCK
        lock = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}
        self._admin.call("put_object", Key=key, Body=CONTENT, **lock)
        first = oldest(self._admin, key)
        if first is None:
            raise StoreRefusedError(reason="canary_lost", key=key)
        return [
            self._default_lock(),
            *self._removals(first),
            self._overwriting(first),
            self._wrong_hash(),
            *self._multipart(),
            self._conditional(key),
            self._far_date(),
            self._quota(),
            self._skew(),
        ]

    def _default_lock(self) -> Finding:
        """Whether the bucket locks by itself, for as long as is to be promised."""
        key = f"{self._prefix}-default"
        self._admin.call("put_object", Key=key, Body=CONTENT)
        version = oldest(self._admin, key)
        return _needed("locks_by_itself", self._why_unlocked(version))

    def _why_unlocked(self, version: Version | None) -> str | None:
        if version is None:
            return "lost"
        try:
            require_locked(self._admin, version, self._landing)
        except StoreRefusedError as error:
            return str(error)
        return None

    def _removals(self, first: Version) -> list[Finding]:
        """Deleting and shortening: each must be refused, and leave the bytes and the lock."""
        which: dict[str, object] = {"Key": first.key, "VersionId": first.version}
        soon = datetime.now(UTC) + timedelta(minutes=5)
        far = datetime.now(UTC) + LOCK
        shorter = {"Mode": "COMPLIANCE", "RetainUntilDate": soon}
        weaker = {"Mode": "GOVERNANCE", "RetainUntilDate": far}
        tries: dict[str, tuple[str, dict[str, object]]] = {
            "refuses_delete_by_version": ("delete_object", which),
            "refuses_delete_with_bypass": (
                "delete_object",
                {**which, "BypassGovernanceRetention": True},
            ),
            "refuses_shortening": ("put_object_retention", {**which, "Retention": shorter}),
            "refuses_weaker_mode": (
                "put_object_retention",
                {**which, "Retention": weaker, "BypassGovernanceRetention": True},
            ),
        }
        found = [
            _needed(name, self._why_not_refused(operation, arguments, first))
            for name, (operation, arguments) in tries.items()
        ]
        self._attempt("delete_object", {"Key": first.key})
        found.append(_needed("keeps_what_is_deleted", self._why_changed(first)))
        return found

    def _why_not_refused(
        self, operation: str, arguments: dict[str, object], first: Version
    ) -> str | None:
        is_refused = self._attempt(operation, arguments)
        return self._why_changed(first) or (None if is_refused else "answered with yes")

    def _attempt(self, operation: str, arguments: dict[str, object]) -> bool:
        """Do it; whether it was refused."""
        try:
            self._admin.call(operation, **arguments)
        except StoreRefusedError:
            return True
        return False

    def _why_changed(self, first: Version) -> str | None:
        """What became of a canary that nothing should have changed."""
        found = oldest(self._admin, first.key)
        if found is None or found.version != first.version:
            return "gone"
        expected = (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
        if read_digest(self._admin, first.key, first.version) != expected:
            return "other bytes"
        try:
            require_locked(self._admin, first, LOCK)
        except StoreRefusedError as error:
            return str(error)
        return None

    def _overwriting(self, first: Version) -> Finding:
        self._admin.call("put_object", Key=first.key, Body=b"another")
        return _needed("keeps_what_is_overwritten", self._why_changed(first))

    def _wrong_hash(self) -> Finding:
        """Bytes that are not those that were signed for."""
        key = f"{self._prefix}-wrong"
        body = DigestedBody(memoryview(CONTENT), hashlib.sha256(b"other").hexdigest())
        is_refused = self._attempt("put_object", {"Key": key, "Body": body})
        is_there = oldest(self._admin, key) is not None
        why = "stored all the same" if is_there else None if is_refused else "not refused"
        return _needed("refuses_a_wrong_hash", why)

    def _multipart(self) -> list[Finding]:
        """An upload in parts: remembered, gone on with, locked at the end; one that is dropped."""
        key = f"{self._prefix}-parts"
        upload = str(self._admin.call("create_multipart_upload", Key=key)["UploadId"])
        named: dict[str, object] = {"Key": key, "UploadId": upload}
        content = bytes(PART_BYTES)
        body = DigestedBody(memoryview(content), hashlib.sha256(content).hexdigest())
        etag = self._admin.call("upload_part", **named, PartNumber=1, Body=body)["ETag"]
        rows = self._admin.call("list_parts", **named).get("Parts", ())
        remembers = [row["ETag"] for row in rows] == [etag] and uploads_of(self._admin, key) != []
        tail = self._admin.call("upload_part", **named, PartNumber=2, Body=CONTENT)["ETag"]
        parts = [{"PartNumber": 1, "ETag": etag}, {"PartNumber": 2, "ETag": tail}]
        self._admin.call("complete_multipart_upload", **named, MultipartUpload={"Parts": parts})
        found = oldest(self._admin, key)
        is_whole = found is not None and found.size_bytes == PART_BYTES + len(CONTENT)
        dropped = f"{self._prefix}-dropped"
        upload = str(self._admin.call("create_multipart_upload", Key=dropped)["UploadId"])
        self._admin.call("abort_multipart_upload", Key=dropped, UploadId=upload)
        is_clean = uploads_of(self._admin, dropped) == [] and oldest(self._admin, dropped) is None
        return [
            _needed("goes_on_with_uploads", None if remembers and is_whole else "parts are lost"),
            _needed("locks_uploads_in_parts", self._why_unlocked(found)),
            _needed("forgets_dropped_uploads", None if is_clean else "something is left"),
        ]

    def _conditional(self, key: str) -> Finding:
        """``If-None-Match: *`` over an object that is there; we do not rely on it."""
        is_kept = self._tried_conditional(key)
        judgement = Judgement.HOLDS if is_kept else Judgement.NOTED
        detail = "" if is_kept else "ignored; the oldest version counts"
        return Finding("honours_create_only", judgement, is_needed=False, detail=detail)

    def _tried_conditional(self, key: str) -> bool:
        try:
            self._admin.call("put_object", Key=key, Body=CONTENT, IfNoneMatch="*")
        except (StoreRefusedError, TransientError):  # 412 or 409: somebody was first
            return True
        return False

    def _far_date(self) -> Finding:
        """A date that engines with 32 bits of seconds take for one long past."""
        key = f"{self._prefix}-far"
        lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": FAR}
        try:
            answer = self._admin.call("put_object", Key=key, Body=CONTENT, **lock)
            version = str(answer["VersionId"])
            head = self._admin.call("head_object", Key=key, VersionId=version)
        except StoreRefusedError as error:
            return _noted("keeps_dates_after_2106", str(error.facts.get("reason")))
        until = head.get("ObjectLockRetainUntilDate")
        which: dict[str, object] = {"Key": key, "VersionId": version}
        self._attempt("delete_object", {**which, "BypassGovernanceRetention": True})
        is_kept = isinstance(until, datetime) and until.year == FAR.year
        return _noted("keeps_dates_after_2106", None if is_kept else f"{FAR:%Y} became {until:%Y}")

    def _quota(self) -> Finding:
        """A full store that has a quota says so; one that has none hangs."""
        headers = _headers(self._admin.call("head_bucket"))
        limits = [name for name in headers if "quota" in name and "bucket" not in name]
        said = [headers[name] for name in limits if headers[name].lstrip("-").isdecimal()]
        has_one = any(int(limit) > 0 for limit in said)
        return _noted("has_a_quota", None if has_one else "none seen: set one below what is full")

    def _skew(self) -> Finding:
        said = _headers(self._admin.call("head_bucket")).get("date", "")
        try:
            skew_s = (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()
        except ValueError:
            return _noted("agrees_on_the_time", "the store tells no time")
        detail = f"the store is {skew_s:+.0f} s ahead"
        return _noted("agrees_on_the_time", detail if abs(skew_s) > SKEW_LIMIT_S else None)


def station_findings(station: S3Client, station_id: str, victim: Version) -> list[Finding]:
    """What the station's own narrow key may and may not do; ``victim`` is a locked object."""
    stranger = f"{CANARY_PREFIX}not-{station_id}/{new_id()}"
    own = f"{CANARY_PREFIX}{station_id}/{new_id()}-own"

    def denied(operation: str, **arguments: object) -> str | None:
        try:
            station.call(operation, **arguments)
        except (StoreRefusedError, GoneError):
            return None
        return "allowed"

    policy = '{"Version": "2012-10-17", "Statement": []}'
    tries: dict[str, Callable[[], str | None]] = {
        "station_can_put": lambda: _why_refused(station, own),
        "station_can_not_delete": lambda: denied("delete_object", Key=own),
        "station_can_not_delete_versions": lambda: denied(
            "delete_object", Key=victim.key, VersionId=victim.version
        ),
        "station_keeps_to_its_prefix": lambda: denied("put_object", Key=stranger, Body=CONTENT),
        "station_can_not_change_the_rules": lambda: denied("put_bucket_policy", Policy=policy),
    }
    return [_needed(name, attempt()) for name, attempt in tries.items()]


def _why_refused(station: S3Client, key: str) -> str | None:
    try:
        station.call("put_object", Key=key, Body=CONTENT)
    except StoreRefusedError as error:
        return str(error.facts.get("reason"))
    return None


def _headers(answer: Answer) -> dict[str, str]:
    found = answer["ResponseMetadata"]["HTTPHeaders"]
    return {str(name).lower(): str(text) for name, text in found.items()}


def _needed(name: str, why_not: str | None) -> Finding:
    judgement = Judgement.HOLDS if why_not is None else Judgement.LACKS
    return Finding(name, judgement, is_needed=True, detail=why_not or "")


def _noted(name: str, why_not: str | None) -> Finding:
    judgement = Judgement.HOLDS if why_not is None else Judgement.LACKS
    return Finding(name, judgement, is_needed=False, detail=why_not or "")
