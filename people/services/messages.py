from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.mail import send_mail
from django.db import transaction

from people import about as subjects
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
    about: str = "",
    now: datetime,
    due_at: datetime | None = None,
) -> Message:
    """This will owe a message to a person and ring for it on commit. One in the app is delivered by being there.

    With a later `due_at` it waits for that hour in every channel, and is dropped then if what it is about no longer
    asks for it (people/about.py). The database holds one such message in the app to one person, kind and thing.
    """
    later = due_at if due_at and due_at > now else None
    is_there = channel == Message.Channel.APP and not later
    message = Message.objects.create(
        user=user,
        channel=channel,
        kind=kind,
        address=address,
        subject=subject,
        body=body,
        created_at=now,
        about=about,
        due_at=later or now,
        state=Owed.State.DONE if is_there else Owed.State.OWED,
        done_at=now if is_there else None,
    )
    if not is_there and not later:
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


@transaction.atomic
def forget_messages(*, user: User, kind: str, about: str) -> int:
    """This will take back what is owed to a person about one thing, in every channel, and say how many that were.

    What a worker has taken in hand is on its way and stays.
    """
    owed = Message.objects.filter(user=user, kind=kind, about=about, state=Owed.State.OWED, attempts=0)
    rows = [message.pk for message in owed.select_for_update()]
    Message.objects.filter(pk__in=rows).delete()
    return len(rows)


def read_messages(*, user: User, uuids: Sequence[UUID], at: datetime) -> int:
    """This will note which of her messages a person has read, and how many that were. Twice keeps the first time."""
    return Message.objects.filter(user=user, uuid__in=uuids).in_app().unread().update(read_at=at)


def deliver_message(*, message_id: int, now: datetime) -> None:
    """This will send one owed message, empty its body and mask its address; or plan the next try.

    One in the app is there from now on, with its words. What nobody wants any more is dropped.

    A provider may fail in any way it likes: whatever it raises is written on the row, where a human finds it.
    """
    if not Message.objects.claim(message_id, now):
        return
    message = Message.objects.get(pk=message_id)
    if message.kind == "sign_in_code" and now >= message.created_at + CODE_LIFE:
        _finish(message, now)  # a code that no longer works is not sent
        return
    if not subjects.is_wanted(message, now):
        message.delete()
        return
    if message.channel == Message.Channel.APP:
        message.settle(now)
        message.save(update_fields=["state", "done_at", "last_error"])
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
