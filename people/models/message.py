import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from .owed import Owed, OwedQuerySet


class MessageQuerySet(OwedQuerySet):
    def in_app(self):
        """What is read here rather than on a phone or in a mailbox; not what is owed for a later hour."""
        return self.filter(channel=Message.Channel.APP, state=Owed.State.DONE)

    def unread(self):
        return self.filter(read_at__isnull=True)


class Message(Owed):
    """Words owed to one person: in the app, by SMS or by e-mail. The log of what was sent.

    A sign-in code is kept here only until it is sent or has expired, then the body is emptied. One in the app that is
    owed for a later hour stands in no list before it is delivered. Personal data: the address it went to, masked after
    delivery.
    """

    class Channel(models.TextChoices):
        APP = "app", _("站内")
        SMS = "sms", _("短信")
        EMAIL = "email", _("邮件")

    task = "people.tasks.deliver_message"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True, related_name="messages_owed")
    channel = models.CharField(max_length=8, choices=Channel)
    kind = models.SlugField(max_length=40)  # sign_in_code, reminder, certificate_issued …
    address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    about = models.CharField(max_length=100, blank=True)  # key of what it speaks of, read by its owner: people/about.py
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "about"],
                condition=models.Q(channel="app", state="owed", attempts=0),  # what no worker has taken in hand
                name="one_message_owed_about_one_thing",
            )
        ]
