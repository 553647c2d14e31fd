"""Later: what the index owes, and the nightly comparison. Elasticsearch's client is imported when there is work."""

import logging

from celery import shared_task
from django.utils import timezone

from search.stores import Away, is_elastic

logger = logging.getLogger(__name__)


@shared_task
def pay_index_entry(owed_pk: int) -> bool:
    from search import upkeep

    return upkeep.pay_entry(owed_pk=owed_pk, now=timezone.now())


@shared_task(expires=3600)
def reconcile_index() -> None:
    if not is_elastic():
        return
    from search import upkeep

    try:
        drift = upkeep.reconcile(now=timezone.now())
    except Away as away:
        logger.warning("the index was not compared tonight: %s", away)
        return
    if drift:
        logger.warning("the index had drifted and was mended: %s", drift)
