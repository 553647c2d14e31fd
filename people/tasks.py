"""What people owe the outside: messages."""

from celery import shared_task
from django.utils import timezone

from people import services


@shared_task
def deliver_message(message_id: int) -> None:
    services.deliver_message(message_id=message_id, now=timezone.now())
