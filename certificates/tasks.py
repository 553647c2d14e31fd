"""Later: fetch by id, call one service. What fails is written into the owed row, which comes due again."""

from celery import shared_task
from django.utils import timezone

from certificates.services import print_certificate


@shared_task
def render_pdf(owed_pk: int) -> bool:
    return print_certificate(owed_pk=owed_pk, now=timezone.now())
