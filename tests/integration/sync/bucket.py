"""A bucket of a real Ceph as the central store of a filled station, and what must hold of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sync.daemon import SyncOptions, run
from sync.documents import FORMAT, StoreDocument, encode
from sync.stores.s3.place import Credentials, parse_place
from sync.stores.s3.store import S3Store
from tests.integration.sync import invariants
from tests.tools.ceph import cluster
from workstation.ledger.sshsig import Namespace, public_line, sign
from workstation.platform.clock import to_text
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.fakes.filled_station import FilledStation
    from tests.tools.ceph import Cluster


class Bucket:
    """One bucket; ``admin`` may do anything to it."""

    locks = True

    def __init__(
        self, ceph: Cluster, *, days: int = 1, lock: bool = True, name: str | None = None
    ) -> None:
        self.cluster = ceph
        self.name = name or f"evidence-{new_id().lower()}"
        self.days = days
        self.url = ceph.url(self.name)
        self.admin = ceph.admin()
        if name is None:
            ceph.make_bucket(self.name, days=days, lock=lock)
            ceph.make_bucket(f"{self.name}-directory", lock=False)  # as commissioning leaves it

    @classmethod
    def at(cls, ceph: Cluster, name: str, *, days: int) -> Bucket:
        """One that is there already."""
        return cls(ceph, days=days, name=name)

    @classmethod
    def for_station(
        cls, filled: FilledStation, *, tls: bool = False, durable: bool = False
    ) -> Bucket:
        """A bucket that is a store already, and its key in the station's state."""
        bucket = cls(cluster(tls=tls, durable=durable))
        bucket.initialise(filled)
        bucket.let_in(filled.paths.keys)
        return bucket

    def initialise(self, filled: FilledStation) -> None:
        """Make the bucket a store that promises its days."""
        document = encode(
            StoreDocument(
                format=FORMAT,
                store_id=new_id(),
                created_at=to_text(datetime.now(UTC)),
                station=filled.record.id,
                ssh=public_line(filled.key.public),
                landing_days=self.days,
            )
        )
        keys = Credentials(self.cluster.access_key, self.cluster.secret_key)
        store = S3Store(parse_place(self.url), keys)
        store.initialise(document, sign(document, Namespace.STORE, filled.key))

    def let_in(self, keys: Path) -> None:
        """Give a station the administrator's key."""
        write_key(keys, self.cluster.access_key, self.cluster.secret_key)

    # -- looking ------------------------------------------------------------------------

    def versions(self, prefix: str = "") -> list[dict[str, Any]]:
        """Every version under a prefix; delete markers are told by having no size."""
        found: list[dict[str, Any]] = []
        pages = self.admin.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.name, Prefix=prefix):
            found += page.get("Versions", []) + page.get("DeleteMarkers", [])
        return found

    def names(self, prefix: str = "") -> list[str]:
        return sorted({row["Key"] for row in self.versions(prefix)})

    def read(self, key: str, version: str | None = None) -> bytes:
        """An object's bytes, by default of its oldest version."""
        if version is None:
            rows = [row for row in self.versions(key) if row["Key"] == key and "Size" in row]
            version = rows[-1]["VersionId"]
        body = self.admin.get_object(Bucket=self.name, Key=key, VersionId=version)["Body"]
        content: bytes = body.read()
        return content

    def unfinished(self) -> list[str]:
        """Keys of uploads that were begun and not ended."""
        rows = self.admin.list_multipart_uploads(Bucket=self.name).get("Uploads", [])
        return [row["Key"] for row in rows]

    def manifest_objects(self) -> list[dict[str, Any]]:
        """What the manifests say of every object."""
        keys = [key for key in self.names("manifests/") if key.endswith(".json")]
        return [stored for key in keys for stored in json.loads(self.read(key))["objects"]]

    # -- what must hold -----------------------------------------------------------------

    def count_versions(self, prefix: str = "") -> int:
        return len(self.versions(prefix))

    def check_published(self, clips: Mapping[str, bytes]) -> list[str]:
        """What must hold at any moment; the clips that are published, by number."""
        return invariants.check_published(self, clips)

    def check_locked(self, key: str) -> None:
        """The oldest version can not be removed for as long as was promised."""
        rows = [row for row in self.versions(key) if row["Key"] == key and "Size" in row]
        head = self.admin.head_object(Bucket=self.name, Key=key, VersionId=rows[-1]["VersionId"])
        assert head["ObjectLockMode"] == "COMPLIANCE"
        until = head["ObjectLockRetainUntilDate"]
        assert until >= head["LastModified"] + timedelta(days=self.days, hours=-1)

    def check_complete(self, filled: FilledStation) -> None:
        """What must hold once everything is delivered."""
        invariants.check_settled(self, filled)


def write_key(keys: Path, access_key: str, secret_key: str) -> None:
    """``keys/store.json`` as a station keeps it."""
    path = keys / "store.json"
    path.write_text(json.dumps({"access_key": access_key, "secret_key": secret_key}), "utf-8")
    path.chmod(0o600)


def deliver(filled: FilledStation, url: str) -> int:
    """``sync --once`` in this process; its exit code."""
    return run(SyncOptions(filled.paths.root, once=True, to=url))
