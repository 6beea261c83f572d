"""Commission a store: buckets, rules, tests, and its first document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sync.commission.buckets import Buckets
from sync.commission.canary import Canaries, station_findings
from sync.commission.findings import Judgement
from sync.documents import FORMAT, StoreDocument, encode
from sync.layout import CANARY_PREFIX
from sync.stores.s3.client import S3Client
from sync.stores.s3.store import S3Store
from sync.stores.s3.versions import walk
from workstation.domain.errors import StoreUnavailableError
from workstation.ledger.sshsig import Namespace, public_line, sign
from workstation.platform.clock import to_text
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from sync.commission.findings import Finding
    from sync.identity import Identity
    from sync.stores.s3.place import Credentials, S3Place
    from workstation.platform.clock import Clock

DEFAULT_DAYS = 90
MOST_DAYS = 3650  # engines of today lose dates after 2106: locks are extended, not made long


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be commissioned, and with whose keys."""

    place: S3Place
    admin: Credentials
    days: int = DEFAULT_DAYS
    station_user: str | None = None
    station: Credentials | None = None  # its own key, where it has one already


@dataclass(frozen=True, slots=True)
class Commissioning:
    """What came of it. ``store_id`` is None where the store is not fit for evidence."""

    url: str
    store_id: str | None
    landing_days: int
    findings: tuple[Finding, ...]

    @property
    def lacks(self) -> list[str]:
        """What the engine or its settings can not do."""
        return [each.name for each in self.findings if each.judgement is not Judgement.HOLDS]

    @property
    def holds(self) -> list[str]:
        """What was tried and withstood."""
        return [each.name for each in self.findings if each.judgement is Judgement.HOLDS]


def commission(order: Order, identity: Identity, clock: Clock) -> Commissioning:
    """Make the place a store, unless it fails a test that evidence needs.

    A store that is there already keeps its id; its tests are run again.

    Raises:
        StoreRefusedError: the administrator's key is not enough, or a bucket is in the way.
        TransientError: the store can not be reached.
    """
    buckets = Buckets(order.place, order.admin)
    buckets.make(order.days)
    if order.station_user is not None:
        buckets.let_in(identity.station, order.station_user)
    findings = Canaries(buckets.evidence, identity.station, timedelta(days=order.days)).run()
    if order.station is not None:
        victim = next(walk(buckets.evidence, CANARY_PREFIX, ""))
        own = S3Client(order.place, order.station)
        findings += station_findings(own, identity.station, victim)
    is_fit = all(each.judgement is Judgement.HOLDS for each in findings if each.is_needed)
    store_id, days = _document(order, identity, clock) if is_fit else (None, order.days)
    return Commissioning(order.place.url, store_id, days, tuple(findings))


def _document(order: Order, identity: Identity, clock: Clock) -> tuple[str, int]:
    """Find ``store.json`` or write it; the store's id and the days it promises."""
    store = S3Store(order.place, order.admin)
    try:
        found = store.describe()
    except StoreUnavailableError as error:
        if error.facts.get("reason") != "not_commissioned":
            raise
    else:
        return found.store_id, found.document.landing_days
    document = encode(
        StoreDocument(
            format=FORMAT,
            store_id=new_id(),
            created_at=to_text(clock.now()),
            station=identity.station,
            ssh=public_line(identity.key.public),
            landing_days=order.days,
        )
    )
    store.initialise(document, sign(document, Namespace.STORE, identity.key))
    return store.describe().store_id, order.days
