"""The parts of an unfinished upload: what the store holds, and sending what it does not."""

from __future__ import annotations

import hashlib
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from sync.stores.s3.client import SENDERS, GoneError
from sync.stores.s3.signing import DigestedBody

if TYPE_CHECKING:
    from concurrent.futures import Future

    from sync.stores.s3.client import S3Client

PART_BYTES = 8 << 20
PARTS_LIMIT = 10_000  # of the S3 API


def part_bytes_for(size_bytes: int) -> int:
    """How long the parts of an object are: whole mebibytes, and not too many of them."""
    least = -(-size_bytes // PARTS_LIMIT)
    return max(PART_BYTES, -(-least // (1 << 20)) << 20)


class Parts:
    """One multipart upload. Used by one thread; parts are sent by several.

    Raises (all methods): as ``S3Client.call``; ``GoneError`` if somebody dropped the upload.
    """

    def __init__(self, client: S3Client, key: str, size_bytes: int) -> None:
        self._client = client
        self._key = key
        self._size_bytes = size_bytes
        self.part_bytes = part_bytes_for(size_bytes)
        self._etags: dict[int, str] = {}
        self._sizes: dict[int, int] = {}
        self._sending: dict[Future[str], tuple[int, bytearray]] = {}
        self._spare: list[bytearray] = []
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="send")
        self.upload_id = self._adopt() or self._create()

    def _create(self) -> str:
        self._etags, self._sizes = {}, {}
        answer = self._client.call("create_multipart_upload", Key=self._key)
        return str(answer["UploadId"])

    def _adopt(self) -> str | None:
        """The upload of this key that can be gone on with; others are dropped."""
        chosen: str | None = None
        for upload_id in uploads_of(self._client, self._key):
            if chosen is None and self._take_list(upload_id):
                chosen = upload_id
            else:
                drop(self._client, self._key, upload_id)
        return chosen

    def _take_list(self, upload_id: str) -> bool:
        etags: dict[int, str] = {}
        sizes: dict[int, int] = {}
        mark: object = 0
        while True:
            try:
                answer = self._client.call(
                    "list_parts", Key=self._key, UploadId=upload_id, PartNumberMarker=mark
                )
            except GoneError:
                return False
            for row in answer.get("Parts", ()):
                etags[int(row["PartNumber"])] = str(row["ETag"]).strip('"')
                sizes[int(row["PartNumber"])] = int(row["Size"])
            if not answer.get("IsTruncated"):
                break
            mark = answer["NextPartNumberMarker"]
        if any(size != self._length(number) for number, size in sizes.items()):
            return False  # of another object, or cut into other parts
        self._etags, self._sizes = etags, sizes
        return True

    def _length(self, number: int) -> int:
        return min(self.part_bytes, self._size_bytes - (number - 1) * self.part_bytes)

    @property
    def count(self) -> int:
        """How many parts the object has."""
        return -(-self._size_bytes // self.part_bytes)

    def whole_bytes(self) -> int:
        """Bytes from the first on that the store holds without a gap."""
        number = 0
        while self._sizes.get(number + 1):
            number += 1
        return min(number * self.part_bytes, self._size_bytes)

    # -- sending ------------------------------------------------------------------------

    def buffer(self) -> bytearray:
        """Room for one part."""
        return self._spare.pop() if self._spare else bytearray(self.part_bytes)

    def give(self, number: int, buffer: bytearray, length: int) -> None:
        """Have a part sent, unless the store holds just these bytes; the buffer is ours now."""
        content = memoryview(buffer)[:length]
        if self._etags.get(number) == _md5(content):
            self._spare.append(buffer)
            return
        self._etags.pop(number, None)
        self._sending[self._pool.submit(self._send, number, content)] = (number, buffer)
        self._collect(SENDERS)

    def _send(self, number: int, content: memoryview) -> str:
        body = DigestedBody(content, hashlib.sha256(content).hexdigest(), self._client.pace)
        answer = self._client.call(
            "upload_part", Key=self._key, UploadId=self.upload_id, PartNumber=number, Body=body
        )
        return str(answer["ETag"]).strip('"')

    def settle(self, timeout_s: float, leave: int) -> bool:
        """Wait for a while; whether at most ``leave`` parts are under way."""
        if len(self._sending) > leave:
            self._take_done(timeout_s)
        return len(self._sending) <= leave

    def _collect(self, leave: int) -> None:
        """Wait until at most ``leave`` parts are under way; raises what one of them failed at."""
        while len(self._sending) > leave:
            self._take_done(None)

    def _take_done(self, timeout_s: float | None) -> None:
        done, _ = wait(self._sending, timeout_s, return_when=FIRST_COMPLETED)
        for future in done:
            number, buffer = self._sending.pop(future)
            self._spare.append(buffer)
            self._etags[number] = future.result()

    def complete(self) -> str:
        """Ask for the object; the ETag it must have."""
        self._collect(0)
        numbered = sorted(self._etags.items())
        self._client.call(
            "complete_multipart_upload",
            Key=self._key,
            UploadId=self.upload_id,
            MultipartUpload={
                "Parts": [{"PartNumber": number, "ETag": etag} for number, etag in numbered]
            },
        )
        joined = b"".join(bytes.fromhex(etag) for _, etag in numbered)
        return f"{hashlib.md5(joined, usedforsecurity=False).hexdigest()}-{len(numbered)}"

    def close(self) -> None:
        """Let parts under way end, well or badly; the store keeps what arrived."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def uploads_of(client: S3Client, key: str) -> list[str]:
    """Unfinished uploads of exactly this key."""
    found: list[str] = []
    marks: dict[str, object] = {}
    while True:
        answer = client.call("list_multipart_uploads", Prefix=key, **marks)
        rows = answer.get("Uploads", ())
        found += [str(row["UploadId"]) for row in rows if row["Key"] == key]
        if not answer.get("IsTruncated") or any(row["Key"] > key for row in rows):
            return found
        marks = {
            "KeyMarker": answer["NextKeyMarker"],
            "UploadIdMarker": answer["NextUploadIdMarker"],
        }


def drop(client: S3Client, key: str, upload_id: str) -> None:
    """Drop an unfinished upload; that it is gone already is no error."""
    try:
        client.call("abort_multipart_upload", Key=key, UploadId=upload_id)
    except GoneError:
        return


def _md5(content: memoryview) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
