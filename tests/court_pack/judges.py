"""The public tools that judge a pack, each as a stranger would run it."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

from bagit import Bag, BagError

BIN = Path(sys.executable).parent
TIMEOUT_S = 60.0


def _agrees(*command: str | Path, inside: Path, stdin: Path | None = None) -> bool:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=inside,
        input=stdin.read_bytes() if stdin else None,
        capture_output=True,
        timeout=TIMEOUT_S,
    )
    return done.returncode == 0


def bagit(pack: Path) -> bool:
    """The Library of Congress's ``bagit.py --validate``."""
    logging.getLogger("bagit").setLevel(logging.CRITICAL)  # its answer is what counts
    try:
        return bool(Bag(str(pack)).is_valid())
    except (BagError, UnicodeDecodeError):  # not even read
        return False


def sha256sum(pack: Path) -> bool:
    """GNU ``sha256sum`` over both manifests."""
    manifests = ("manifest-sha256.txt", "tagmanifest-sha256.txt")
    return _agrees("sha256sum", "--strict", "-c", *manifests, inside=pack)


def ascmhl(pack: Path) -> bool:
    """The ASC's own tool over the originals."""
    return _agrees(BIN / "ascmhl-debug", "verify", "data/originals", inside=pack)


def openssl(pack: Path) -> bool:
    """The signature over the statement; and the statement names the tag manifest there is."""
    signed = _agrees(
        "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "proof/station.pem", "-rawin",
        "-in", "statement.txt", "-sigfile", "statement.txt.ed25519", inside=pack,
    )  # fmt: skip
    found = subprocess.run(
        ["openssl", "dgst", "-sha256", "-r", "tagmanifest-sha256.txt"],
        cwd=pack, capture_output=True, check=True,
    ).stdout.split()[0]  # fmt: skip
    named = (pack / "statement.txt").read_bytes().split()[-1]
    return signed and found == named


def ssh_keygen(pack: Path) -> bool:
    """The detached SSH signature over the statement."""
    who = (pack / "proof" / "allowed_signers").read_text().split()[0]
    return _agrees(
        "ssh-keygen", "-Y", "verify", "-f", "proof/allowed_signers", "-I", who,
        "-n", "evidock-export@v1", "-s", "statement.txt.sig",
        inside=pack, stdin=pack / "statement.txt",
    )  # fmt: skip
