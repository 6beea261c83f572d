"""The three buckets of a store and their rules; doing it again changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from sync.layout import CANARY_PREFIX
from sync.stores.s3.client import GoneError, S3Client
from workstation.domain.errors import StoreRefusedError

if TYPE_CHECKING:
    from sync.stores.s3.place import Credentials, S3Place

# Less destroys what a station on a bad line has sent so far.
UNFINISHED_DAYS = 30
_WRITES = ("s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")
_READS = ("s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectRetention")
_EXTENDS = ("s3:PutObjectRetention", "s3:PutObjectLegalHold")
_OWNER_SID = "OwnerReadsAndExtends"
_LISTS = (
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:ListBucketMultipartUploads",
    "s3:GetBucketLocation",
    "s3:GetBucketObjectLockConfiguration",
)
_OWN_FOLDERS = ("clips", "manifests", "ledger", "events", CANARY_PREFIX.rstrip("/"))


class Buckets:
    """Evidence under the name given; ``-directory`` and ``-derived`` beside it."""

    def __init__(self, place: S3Place, admin: Credentials) -> None:
        directory = replace(place, bucket=f"{place.bucket}-directory")
        derived = replace(place, bucket=f"{place.bucket}-derived")
        self.evidence = S3Client(place, admin)
        self._directory = S3Client(directory, admin)
        self._derived = S3Client(derived, admin)

    def make(self, days: int) -> None:
        """Create what is missing and set the rules.

        Raises:
            StoreRefusedError: a bucket of the name is there without Object Lock (fact
                ``reason`` is ``no_object_lock``), or locks for fewer days than asked
                (``shorter_lock``): what lies there was promised less.
        """
        _create(self.evidence, lock=True)
        _set_lock(self.evidence, "COMPLIANCE", days)
        _create(self._directory, lock=True)
        _set_lock(self._directory, "GOVERNANCE", days)
        _create(self._derived, lock=False)
        for client in (self.evidence, self._directory, self._derived):
            _forget_unfinished(client)

    def let_in(self, station: str, user: str) -> None:
        """Give a user of the store what one station needs, and take nothing from others."""
        principal = {"AWS": [f"arn:aws:iam:::user/{user}"]}
        for client, folders in (
            (self.evidence, [*(f"{name}/{station}/*" for name in _OWN_FOLDERS), _keys(station)]),
            (self._directory, []),
            (self._derived, [f"{station}/*"]),
        ):
            bucket = f"arn:aws:s3:::{client.place.bucket}"
            rules = [(_LISTS, [bucket]), (_READS, [f"{bucket}/*"])]
            if folders:
                rules.append((_WRITES, [f"{bucket}/{folder}" for folder in folders]))
            statements = [
                {
                    "Sid": f"{_sid(station)}{number}",
                    "Effect": "Allow",
                    "Principal": principal,
                    "Action": list(actions),
                    "Resource": resources,
                }
                for number, (actions, resources) in enumerate(rules, 1)
            ]
            others = [rule for rule in _policy(client) if not _is_of(rule, station)]
            if not any(rule.get("Sid") == _OWNER_SID for rule in others):
                others.append(_owner_rule(client))
            written = {"Version": "2012-10-17", "Statement": [*others, *statements]}
            client.call("put_bucket_policy", Policy=json.dumps(written))


def _owner_rule(client: S3Client) -> dict[str, object]:
    """What stations put is theirs: without this the bucket's owner could not read it."""
    owner = client.call("get_bucket_acl")["Owner"]["ID"]
    return {
        "Sid": _OWNER_SID,
        "Effect": "Allow",
        "Principal": {"AWS": [f"arn:aws:iam:::user/{owner}"]},
        "Action": [*_READS, *_EXTENDS],
        "Resource": [f"arn:aws:s3:::{client.place.bucket}/*"],
    }


def _keys(station: str) -> str:
    return f"keys/{station}-*"


def _sid(station: str) -> str:
    """Statement ids are letters and digits."""
    return "Station" + "".join(filter(str.isalnum, station)) + "N"


def _is_of(rule: dict[str, object], station: str) -> bool:
    return str(rule.get("Sid", "")).startswith(_sid(station))


def _policy(client: S3Client) -> list[dict[str, object]]:
    try:
        written = client.call("get_bucket_policy")["Policy"]
    except GoneError:
        return []
    found: list[dict[str, object]] = json.loads(str(written)).get("Statement", [])
    return found


def _create(client: S3Client, *, lock: bool) -> None:
    try:
        client.call("head_bucket")
    except GoneError:
        client.call("create_bucket", ObjectLockEnabledForBucket=lock)


def _set_lock(client: S3Client, mode: str, days: int) -> None:
    """A default lock of at least ``days``; a longer one stays."""
    try:
        found = client.call("get_object_lock_configuration")["ObjectLockConfiguration"]
    except GoneError as error:
        raise StoreRefusedError(place=client.place.url, reason="no_object_lock") from error
    known = found.get("Rule", {}).get("DefaultRetention", {})
    known_days = int(known.get("Days", 0)) + 365 * int(known.get("Years", 0))
    if known.get("Mode") == mode and known_days >= days:
        return
    rule = {"DefaultRetention": {"Mode": mode, "Days": days}}
    configuration = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    client.call("put_object_lock_configuration", ObjectLockConfiguration=configuration)


def _forget_unfinished(client: S3Client) -> None:
    rule = {
        "ID": "unfinished",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": UNFINISHED_DAYS},
    }
    client.call("put_bucket_lifecycle_configuration", LifecycleConfiguration={"Rules": [rule]})
