"""Where a directory is published: a folder of a directory store, or a bucket of its own.

Unlike evidence, ``directory/head`` is replaced: there is one, and it changes in one step. What
makes it trustworthy is its signature and its number, not where it lies.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sync.feed.keys import DIRECTORY_SUFFIX
from sync.layout import require_key
from sync.stores.directory import SCHEME
from sync.stores.errors import store_errors
from sync.stores.s3.place import is_s3, load_credentials, parse_place
from sync.stores.tree import MediumReader, Tree
from workstation.domain.errors import StoreDamagedError, StoreRefusedError, UsageError

if TYPE_CHECKING:
    from sync.stores.s3.client import S3Client
    from sync.stores.s3.place import Credentials, S3Place

LONGEST_BYTES = 128 << 20  # of a document


@dataclass(frozen=True, slots=True)
class Polled:
    """A document as it is now. ``content`` is None where it is the one with the mark given."""

    content: bytes | None
    mark: str


class FeedPlace(Protocol):
    """One place. Every method may raise ``StoreUnavailableError`` and ``StoreRefusedError``."""

    url: str

    def poll(self, key: str, mark: str) -> Polled | None:
        """A document, if it is not the one with ``mark``; None where there is none."""
        ...

    def read(self, key: str) -> bytes | None:
        """A document, or None where there is none."""
        ...

    def put(self, key: str, content: bytes) -> None:
        """Write a document, in place of any there is, in one step."""
        ...


def open_feed(url: str, credentials: Path) -> FeedPlace:
    """The place beside the store at ``url``; nothing is touched yet.

    Raises:
        UsageError: another scheme, or an address that is not of its form.
        StoreRefusedError: the key file is missing, open to others or not understood.
    """
    if is_s3(url):
        place = parse_place(url)
        return S3Feed(replace(place, bucket=place.bucket + DIRECTORY_SUFFIX), credentials)
    path = url.removeprefix(SCHEME)
    if not path.startswith("/"):
        raise UsageError(reason="store_url", url=url)
    return FolderFeed(Path(path))


class FolderFeed:
    """``directory/`` in a directory tree; the path is looked up anew each time."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.url = f"{SCHEME}{root}"

    def poll(self, key: str, mark: str) -> Polled | None:
        """See ``FeedPlace``."""
        with store_errors(str(self._root)), closing(Tree(self._root)) as tree:
            found = tree.mark(require_key(key))
            if found is None:
                return None
            return Polled(None if found == mark else _whole(tree, key), found)

    def read(self, key: str) -> bytes | None:
        """See ``FeedPlace``."""
        with store_errors(str(self._root)), closing(Tree(self._root)) as tree:
            return None if tree.size(require_key(key)) is None else _whole(tree, key)

    def put(self, key: str, content: bytes) -> None:
        """See ``FeedPlace``."""
        with store_errors(str(self._root)), closing(Tree(self._root)) as tree:
            tree.replace(require_key(key), content)


def _whole(tree: Tree, key: str) -> bytes:
    with closing(MediumReader(tree, key)) as reader:
        content = bytearray()
        for block in reader.blocks():
            content += block
            if len(content) > LONGEST_BYTES:
                raise StoreDamagedError(key=key, reason="too_long")
    return bytes(content)


class S3Feed:
    """A bucket with versions: whatever is replaced stays to be found. The newest counts."""

    def __init__(self, place: S3Place, credentials: Path | Credentials) -> None:
        self._place = place
        self._keys = load_credentials(credentials) if isinstance(credentials, Path) else credentials
        self._made: S3Client | None = None
        self.url = place.url

    @property
    def _client(self) -> S3Client:
        if self._made is None:
            from sync.stores.s3.client import S3Client  # boto3 takes a second to load

            self._made = S3Client(self._place, self._keys)
        return self._made

    def poll(self, key: str, mark: str) -> Polled | None:
        """See ``FeedPlace``; one conditional request."""
        from sync.stores.s3.client import GoneError, UnchangedError

        client = self._client
        condition: dict[str, object] = {"IfNoneMatch": mark} if mark else {}
        try:
            answer = client.call("get_object", Key=require_key(key), **condition)
        except GoneError:
            return None
        except UnchangedError:
            return Polled(None, mark)
        except StoreRefusedError as error:
            if error.facts.get("reason") == "NoSuchBucket":
                return None  # nobody publishes a directory beside this store
            raise
        with closing(answer["Body"]) as body:
            content = bytearray()
            while piece := client.read(body, 1 << 20):
                content += piece
                if len(content) > LONGEST_BYTES:
                    raise StoreDamagedError(key=key, reason="too_long")
        return Polled(bytes(content), str(answer["ETag"]))

    def read(self, key: str) -> bytes | None:
        """See ``FeedPlace``."""
        found = self.poll(key, "")
        return None if found is None else found.content

    def put(self, key: str, content: bytes) -> None:
        """See ``FeedPlace``."""
        self._client.call("put_object", Key=require_key(key), Body=content)
