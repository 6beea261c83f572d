"""What only a directory store does: drafts beside the published files."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from sync.stores.directory import INCOMING, DirectoryStore, _hash
from tests.conformance.test_stores import SIGNER, descriptor
from workstation.ledger.sshsig import Namespace, sign

if TYPE_CHECKING:
    from pathlib import Path

KEY = "keys/st-1-1.json"


def test_a_draft_left_by_a_kill_goes_with_the_next_try(tmp_path: Path) -> None:
    root = tmp_path / "central"
    with closing(DirectoryStore(root)) as store:
        document = descriptor("STORE1")
        store.initialise(document, sign(document, Namespace.STORE, SIGNER))
        store.describe()
        store.put_document(KEY, b"one")
        # Killed after the name was given and before the draft was taken away: both are there.
        (root / INCOMING / f"{_hash(KEY)}.doc").hardlink_to(root / KEY)
        store.put_document(KEY, b"one")
        assert list((root / INCOMING).iterdir()) == []
