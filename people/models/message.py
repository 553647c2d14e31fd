import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from .owed import Owed, OwedQuerySet


class MessageQuerySet(OwedQuerySet):
    def in_app(self):
        """What is read here rather than on a phone or in a mailbox."""
        return self.filter(channel=Message.Channel.APP)

    def unread(self):
        return self.filter(read_at__isnull=True)


class Message(Owed):
    """Words owed to one person: in the app, by SMS or by e-mail. The log of what was sent.

    A sign-in code is kept here only until it is sent or has expired, then the body is emptied. Personal data: the
    address it went to, masked after delivery.
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
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()
