"""Promises that the index follows. All that authoring ever does about Elasticsearch: a row, in its own transaction."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from people.owed import ring
from search.models import IndexEntryOwed
from search.stores import is_elastic


@transaction.atomic
def owe_entries(*, page_ids: Iterable[int], now: datetime) -> None:
    """This will promise that the index follows these pages, in the transaction that changes them.

    The rows come first and are then counted up: so a page that two transactions change at once is owed by the later.
    """
    wanted = sorted(set(page_ids))
    if not wanted or not is_elastic():
        return
    IndexEntryOwed.objects.bulk_create(
        [IndexEntryOwed(page_id=page_id, due_at=now) for page_id in wanted], ignore_conflicts=True
    )
    rows = IndexEntryOwed.objects.filter(page_id__in=wanted)
    rows.update(
        version=F("version") + 1,
        state=IndexEntryOwed.State.OWED,
        due_at=now,
        attempts=0,
        last_error="",
        done_at=None,
    )
    for pk in rows.values_list("pk", flat=True):
        ring(IndexEntryOwed.task, pk)
