from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.mail import send_mail
from django.db import transaction

from people import sms
from people.models import Message, User
from people.models.owed import Owed
from people.owed import ring
from people.phones import mask_phone

from .sign_in_facts import CODE_LIFE


def owe_message(
    *,
    user: User | None,
    channel: str,
    kind: str,
    address: str = "",
    subject: str = "",
    body: str,
    now: datetime,
) -> Message:
    """This will owe a message to a person and ring for it on commit. One in the app is delivered by being there."""
    in_app = channel == Message.Channel.APP
    message = Message.objects.create(
        user=user,
        channel=channel,
        kind=kind,
        address=address,
        subject=subject,
        body=body,
        created_at=now,
        due_at=now,
        state=Owed.State.DONE if in_app else Owed.State.OWED,
        done_at=now if in_app else None,
    )
    if not in_app:
        ring(Message.task, message.pk)
    return message


def owe_messages(*, messages: Sequence[Message], now: datetime) -> None:
    """This will owe many messages in one stroke, unsaved ones with user, channel, kind and words. Rings for each owed."""
    for message in messages:
        message.created_at = message.due_at = now
        if message.channel == Message.Channel.APP:
            message.settle(now)
    Message.objects.bulk_create(messages, batch_size=500)
    for message in messages:
        if message.state == Owed.State.OWED:
            ring(Message.task, message.pk)


def read_messages(*, user: User, uuids: Sequence[UUID], at: datetime) -> int:
    """This will note which of her messages a person has read, and how many that were. Twice keeps the first time."""
    return Message.objects.filter(user=user, uuid__in=uuids).in_app().unread().update(read_at=at)


def deliver_message(*, message_id: int, now: datetime) -> None:
    """This will send one owed message, empty its body and mask its address; or plan the next try.

    A provider may fail in any way it likes: whatever it raises is written on the row, where a human finds it.
    """
    if not Message.objects.claim(message_id, now):
        return
    message = Message.objects.get(pk=message_id)
    if message.kind == "sign_in_code" and now >= message.created_at + CODE_LIFE:
        _finish(message, now)  # a code that no longer works is not sent
        return
    try:
        if message.channel == Message.Channel.SMS:
            sms.provider().send(message.address, message.body)
        else:
            send_mail(message.subject, message.body, None, [message.address])
    except Exception as error:
        message.put_off(f"{type(error).__name__}: {error}", now)
        message.save()
        return
    _finish(message, now)


@transaction.atomic
def _finish(message: Message, now: datetime) -> None:
    message.settle(now)
    message.body = ""
    message.address = _mask(message.address)
    message.save()


def _mask(address: str) -> str:
    name, at, host = address.partition("@")
    return f"{name[:1]}***@{host}" if at else mask_phone(address)
