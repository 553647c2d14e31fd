import uuid
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Owed
from people.scope import Scope


class Export(Owed):
    """A list, or a bundle of certificates, asked for as a file: owed, then kept for a week. Each is an AuditEntry too.

    `scope` and `filters` are what she could see and had chosen then. Personal data: in the file, and in `filters`
    the words she searched for.
    """

    class Kind(models.TextChoices):
        PEOPLE = "people", _("名单")
        CERTIFICATES = "certificates", _("证书压缩包")

    task = "reports.tasks.write_export"
    KEPT = timedelta(days=7)

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PEOPLE)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    scope = models.JSONField()
    filters = models.JSONField()
    rows_total = models.PositiveIntegerField(default=0)
    rows_written = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=200, blank=True)
    size = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField()

    @staticmethod
    def kept(scope: Scope) -> dict:
        """This will write a scope down for a worker."""
        return {
            "on_date": scope.on_date.isoformat(),
            "region_paths": list(scope.region_paths),
            "organisation_paths": list(scope.organisation_paths),
        }

    def asked_in(self) -> Scope:
        """This will read back what whoever asked could see then."""
        return Scope(
            on_date=date.fromisoformat(self.scope["on_date"]),
            region_paths=tuple(self.scope["region_paths"]),
            organisation_paths=tuple(self.scope["organisation_paths"]),
        )


class ReminderRound(models.Model):
    """One press of 发出提醒: who pressed, for which programme, and who was left out and why. Never changes.

    Holds ids and reason codes, no names; the note is words of the officer's that every reminded person read.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sent_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    programme = models.ForeignKey("courses.Programme", models.PROTECT, related_name="+")
    note = models.CharField(max_length=100, blank=True)
    skipped = models.JSONField(default=dict)  # {user id: reason code of reports/reminding.py}

    def __str__(self) -> str:
        return f"{self.sent_by_id} {self.sent_at:%Y-%m-%d %H:%M}"


class Reminder(models.Model):
    """A person was reminded on a day. The database holds it to once a day, whoever presses and however often."""

    user = models.ForeignKey("people.User", models.PROTECT, related_name="reminders")
    day = models.DateField()
    round = models.ForeignKey(ReminderRound, models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=12)
    message = models.OneToOneField("people.Message", models.PROTECT, null=True, related_name="+")
    has_email = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="reminded_once_a_day")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}"


class MonthClose(models.Model):
    """The figures of every place as they stood when a month began. Kept, so that a change since then can be told."""

    day = models.DateField(unique=True)  # the first of the month: all that was recorded before its midnight
    closed_at = models.DateTimeField()

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return self.day.isoformat()


class ClosedFigures(models.Model):
    """One place's figures of a month's close, with everything below it. Only places with learners have a row."""

    close = models.ForeignKey(MonthClose, models.CASCADE, related_name="figures")
    programme = models.ForeignKey("courses.Programme", models.PROTECT, related_name="+")
    region = models.ForeignKey("people.Region", models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+")
    learners = models.PositiveIntegerField()
    studying = models.PositiveIntegerField()
    certified = models.PositiveIntegerField()
    expiring = models.PositiveIntegerField()
    overdue = models.PositiveIntegerField()
    expired = models.PositiveIntegerField()
    revoked = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "region", "close"],
                condition=models.Q(region__isnull=False),
                name="one_close_per_region",
            ),
            models.UniqueConstraint(
                fields=["programme", "organisation", "close"],
                condition=models.Q(organisation__isnull=False),
                name="one_close_per_organisation",
            ),
            models.CheckConstraint(
                condition=models.Q(region__isnull=True) ^ models.Q(organisation__isnull=True),
                name="a_close_is_of_a_region_or_a_body",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.close} {self.region_id or self.organisation_id}"
