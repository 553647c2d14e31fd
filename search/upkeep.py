"""Keeps Elasticsearch as the database is: pays what is owed, builds anew, compares. Workers and commands only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from search import elastic
from search.entries import BATCH, Entry, entries
from search.models import IndexEntryOwed
from search.stores import Away, NotBuilt, is_elastic

LOOK_AGAIN = timedelta(minutes=1)  # a node that is away is not the row's fault: its tries are not counted


@dataclass(frozen=True)
class Drift:
    """Where the index was not as the database is: page ids."""

    missing: tuple[int, ...]
    outdated: tuple[int, ...]
    left_over: tuple[int, ...]
    newer: int  # of these, how many the index holds in a newer version: only a rebuild mends them

    def __bool__(self) -> bool:
        return bool(self.missing or self.outdated or self.left_over)


def pay_entry(*, owed_pk: int, now: datetime) -> bool:
    """This will bring one page's entry up to date, unless somebody else is at it. True when it was.

    The version is read before the page: what is written is at least as new as it says. Owed again meanwhile? Then the
    row stays owed.
    """
    if not IndexEntryOwed.objects.claim(owed_pk, now):
        return False
    owed = IndexEntryOwed.objects.get(pk=owed_pk)
    same = IndexEntryOwed.objects.filter(pk=owed_pk, version=owed.version)
    try:
        if is_elastic():  # else it was turned off since, and a rebuild begins its next life
            _write_one(owed)
    except NotBuilt:
        pass  # nothing to follow: the rebuild reads the database
    except Away as away:
        same.update(due_at=now + LOOK_AGAIN, attempts=0, last_error=str(away)[:2000])
        return False
    except Exception as error:
        owed.put_off(f"{type(error).__name__}: {error}", now)
        same.update(state=owed.state, due_at=owed.due_at, last_error=owed.last_error)
        raise
    return bool(same.update(state=IndexEntryOwed.State.DONE, done_at=now, last_error=""))


def _write_one(owed: IndexEntryOwed) -> None:
    if not elastic.workers_breaker.may_try():
        raise Away("it failed a moment ago")
    found = list(entries([owed.page_id]))
    try:
        elastic.write([(entry, owed.version) for entry in found], [] if found else [(owed.page_id, owed.version)])
    except NotBuilt:
        elastic.workers_breaker.answered()
        raise
    except Exception:
        elastic.workers_breaker.failed()
        raise
    elastic.workers_breaker.answered()


def rebuild(*, now: datetime, tell: Callable[[int], None] = lambda sent: None) -> int:
    """This will build a new index from the database, put it behind the alias and say how many entries it has.

    Until then the old one is asked and followed; killed in the middle, it stays, and the next rebuild begins anew and
    sweeps up. What was published while this ran is found by the comparison at the end. Raises Away, RebuildFailed.
    """
    name = elastic.start_index(now=now)
    versions = _versions()
    sent = 0
    for batch in _batches(entries()):
        elastic.write([(entry, versions.get(entry.page_id, 0)) for entry in batch], index=name)
        sent += len(batch)
        tell(sent)
    elastic.go_live(name, expected=sent)
    drift = reconcile(now=now)
    return sent + len(drift.missing) - len(drift.left_over)


def reconcile(*, now: datetime) -> Drift:
    """This will compare ids and digests of the index and the database, and mend the index. Raises Away.

    Versions are read first, as in pay_entry: a page published while this runs is not put back.
    """
    versions = _versions()
    held = elastic.digests()
    missing, outdated = [], []
    seen: set[int] = set()
    newer = 0
    for batch in _batches(entries()):
        seen |= {entry.page_id for entry in batch}
        missing += [entry.page_id for entry in batch if entry.page_id not in held]
        changed = [entry for entry in batch if entry.page_id in held and held[entry.page_id] != entry.digest]
        outdated += [entry.page_id for entry in changed]
        absent = [entry for entry in batch if entry.page_id not in held]
        newer += elastic.write([(entry, versions.get(entry.page_id, 0)) for entry in [*absent, *changed]]).passed_over
    left_over = sorted(set(held) - seen)
    newer += elastic.write([], [(page_id, versions.get(page_id, 0)) for page_id in left_over]).passed_over
    IndexEntryOwed.objects.parked().update(state=IndexEntryOwed.State.OWED, due_at=now, attempts=0)
    return Drift(tuple(missing), tuple(outdated), tuple(left_over), newer)


def _versions() -> dict[int, int]:
    return dict(IndexEntryOwed.objects.values_list("page_id", "version"))


def _batches(found: Iterator[Entry]) -> Iterator[list[Entry]]:
    while batch := list(islice(found, BATCH)):
        yield batch
