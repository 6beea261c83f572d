"""A real one-node Ceph object store for tests, or a loud reason why there is none.

The script that starts it stands beside the project (``../shared/tools``); the packages are in
the installer's list. One cluster a test process, in memory, on loopback, ended with it.
"""

from __future__ import annotations

import atexit
import fcntl
import functools
import json
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

SCRIPT = Path(__file__).parents[2].parent / "shared" / "tools" / "ceph-dev.sh"
START_LIMIT_S = 180
USER = "dev"  # whom the script makes
_LOCK = Path(tempfile.gettempdir()) / "evidock-test-ceph.lock"
_SMALL = {"CEPH_DEV_MGR": "0", "CEPH_DEV_SIZE": "4G", "CEPH_DEV_INSTALL": "0"}
_DAEMONS = ("ceph-mon", "ceph-osd", "radosgw", "ceph", "radosgw-admin")


@dataclass(frozen=True)
class Cluster:
    """A running store and its administrator's key."""

    home: Path
    endpoint: str
    access_key: str
    secret_key: str
    ca: Path | None

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "CEPH_CONF": str(self.home / "ceph.conf")}

    def admin(self) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        """An S3 client with the administrator's key."""
        return boto3.Session(self.access_key, self.secret_key, "us-east-1").client(
            "s3",
            endpoint_url=self.endpoint,
            verify=str(self.ca) if self.ca else None,
            config=Config(
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                s3={"addressing_style": "path"},
            ),
        )

    def url(self, bucket: str) -> str:
        """How the project names a bucket."""
        return f"s3+{self.endpoint}/{bucket}" + (f"?ca={self.ca}" if self.ca else "")

    def quota(self, size_bytes: int | None) -> None:
        """Let the user's buckets hold no more than this; None takes the quota away."""
        whose = ("--quota-scope=user", f"--uid={USER}")
        if size_bytes is None:
            self.run("radosgw-admin", "quota", "disable", *whose)
            return
        self.run("radosgw-admin", "quota", "set", *whose, f"--max-size={size_bytes}")
        self.run("radosgw-admin", "quota", "enable", *whose)

    def make_bucket(self, name: str, *, days: int = 1, lock: bool = True) -> None:
        """A bucket, by default with Object Lock and a default retention of ``days``."""
        admin = self.admin()
        admin.create_bucket(Bucket=name, ObjectLockEnabledForBucket=lock)
        if lock and days:
            rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": days}}
            configuration = {"ObjectLockEnabled": "Enabled", "Rule": rule}
            admin.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=configuration)

    def run(self, *command: str, content: bytes | None = None) -> bytes:
        """One of Ceph's own programs."""
        return subprocess.run(
            command, env=self.environment, input=content, capture_output=True, check=True
        ).stdout

    def kill(self, daemon: str) -> None:
        """SIGKILL one of the daemons: ``osd.0`` or ``client.rgw.dev``; it does not come back."""
        pid = int((self.home / "run" / f"{daemon}.pid").read_text("utf-8"))
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + START_LIMIT_S
        while _is_running(pid):
            assert time.monotonic() < deadline, f"{daemon} does not die"
            time.sleep(0.05)

    def revive(self) -> None:
        """Start what is not running; returns when the gateway answers."""
        command = ("bash", str(SCRIPT), "start", str(self.home))
        environment = {**os.environ, **_SMALL}
        subprocess.run(
            command, env=environment, check=True, timeout=START_LIMIT_S, capture_output=True
        )

    def remove(self, bucket: str, key: str) -> None:
        """Remove all versions of an object as the cluster's administrator can, locked or not."""
        rows = self.admin().list_object_versions(Bucket=bucket, Prefix=key).get("Versions", [])
        for row in rows:
            if row["Key"] == key:
                what = (f"--bucket={bucket}", f"--object={key}")
                version = f"--object-version={row['VersionId']}"
                self.run("radosgw-admin", "object", "rm", *what, version)

    def spoil(self, bucket: str, key: str) -> None:
        """Flip a bit of an object where the disks keep it, behind the gateway's back."""
        pool = "default.rgw.buckets.data"
        stats = self.run("radosgw-admin", "bucket", "stats", f"--bucket={bucket}")
        marker = json.loads(stats)["marker"]
        listed = self.run("rados", "-p", pool, "ls").decode().splitlines()
        (name,) = (
            line for line in listed if line.startswith(f"{marker}__:") and line.endswith(key)
        )
        content = bytearray(self.run("rados", "-p", pool, "get", name, "-"))
        content[len(content) // 2] ^= 1
        self.run("rados", "-p", pool, "put", name, "-", content=bytes(content))


@functools.cache
def cluster(*, tls: bool = False, durable: bool = False) -> Cluster:
    """The cluster of this process; the test is skipped, with the reason, where there is none.

    ``durable``: its disk outlives a killed daemon.
    """
    if not SCRIPT.is_file():
        pytest.skip(f"no real object store: {SCRIPT.name} is not beside the project")
    missing = [name for name in _DAEMONS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"no real object store: not installed: {', '.join(missing)}")
    home = Path(tempfile.mkdtemp(prefix="evidock-ceph-"))
    environment = {
        **os.environ,
        **_SMALL,
        "CEPH_DEV_STORE": "bluestore" if durable else "memstore",
        "CEPH_DEV_TLS": "1" if tls else "0",
    }
    atexit.register(_stop, home)
    with _LOCK.open("w") as lock:  # two starting at once would choose the same ports
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = ["bash", str(SCRIPT), "start", str(home)]
        subprocess.run(
            command, env=environment, check=True, timeout=START_LIMIT_S, capture_output=True
        )
    said = subprocess.run(
        ["bash", str(SCRIPT), "env", str(home)], check=True, capture_output=True, text=True
    ).stdout
    facts = dict(word.split("=", 1) for word in shlex.split(said) if "=" in word)
    authority = home / "tls" / "ca.crt"
    return Cluster(
        home,
        facts["S3_ENDPOINT"],
        facts["AWS_ACCESS_KEY_ID"],
        facts["AWS_SECRET_ACCESS_KEY"],
        authority if tls else None,
    )


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


def _stop(home: Path) -> None:
    subprocess.run(["bash", str(SCRIPT), "stop", str(home)], check=False, capture_output=True)
    shutil.rmtree(home, ignore_errors=True)
