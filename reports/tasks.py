"""Later: a long list written to its file."""

from celery import shared_task
from django.utils import timezone

from reports.closing import close_months_begun
from reports.models import Export
from reports.services import drop_old_exports
from reports.services import write_export as write


@shared_task(name=Export.task)
def write_export(pk: int) -> None:
    now = timezone.now()
    drop_old_exports(now=now)
    if not Export.objects.claim(pk, now):
        return
    export = Export.objects.select_related("asked_by").get(pk=pk)
    try:
        write(export=export)
    except Exception as error:
        export.refresh_from_db()
        export.put_off(repr(error), timezone.now())
        export.save(update_fields=["state", "due_at", "last_error"])
        raise


@shared_task
def close_the_month() -> int:
    """Asked each hour, since a machine may be off when a month begins: what is closed is not closed again."""
    return close_months_begun(now=timezone.now())
