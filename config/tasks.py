"""The sweep, and what is published on its day. The sweep will ring again for whatever is owed, so that a lost ring costs a minute and not a certificate."""

from celery import current_app, shared_task
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from people.owed import owed_models

MOST_RINGS_A_SWEEP = 1000  # of each kind; the rest is due at the next sweep too


@shared_task(expires=settings.SWEEP_SECONDS)  # sweeps that piled up behind a dead worker say nothing new
def ring_what_is_due() -> int:
    now = timezone.now()
    rings = 0
    for model in owed_models():
        due = model.objects.due(now).order_by("due_at").values_list("pk", flat=True)
        for pk in due[:MOST_RINGS_A_SWEEP]:
            current_app.send_task(model.task, [pk])
            rings += 1
    return rings


@shared_task(expires=settings.SWEEP_SECONDS)
def publish_what_is_scheduled() -> None:
    """This will put live, or take away, every page whose day has come. Twice does nothing new."""
    call_command("publish_scheduled")
