import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Ledger

from .enrolment import Enrolment


class LearningEvent(Ledger):
    """Something a learner did, as her phone or her click told it. The truth that progress is rebuilt from.

    Absolute facts, never deltas. `uuid` is made on the phone: sent twice, stored once. `client_at` is a claim.
    """

    class Kind(models.TextChoices):
        ENROLLED = "enrolled", _("报名")
        OPENED = "lesson_opened", _("打开一课")
        PLACE = "place_reached", _("读到某处")
        SELF_CHECK = "self_check_answered", _("答了自测")
        FINISHED = "lesson_finished", _("学完一课")
        QUIZ_PASSED = "quiz_passed", _("通过测试")
        COMPLETED = "course_completed", _("完成课程")
        CLOSED = "enrolment_closed", _("结束报名")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=24, choices=Kind)
    lesson_key = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    device = models.CharField(max_length=36, blank=True)
    sequence = models.PositiveIntegerField(null=True)
    client_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class QuarantinedEventQuerySet(models.QuerySet):
    def open(self):
        return self.filter(replayed_at__isnull=True, set_aside_at__isnull=True)

    def settled(self):
        return self.exclude(replayed_at__isnull=True, set_aside_at__isnull=True)


class QuarantinedEvent(models.Model):
    """An event a phone sent that we could not take: kept whole, with the reason, for an administrator to replay.

    Settled once: taken after all (`replayed_at`) or set aside with a reason. Never deleted. Personal data: the payload.
    """

    uuid = models.UUIDField(unique=True)
    learner = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    payload = models.JSONField()
    reason = models.CharField(max_length=300)
    received_at = models.DateTimeField()
    replayed_at = models.DateTimeField(null=True, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True, related_name="+")
    settled_reason = models.CharField(max_length=200, blank=True)  # why it was set aside

    objects = QuarantinedEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(replayed_at__isnull=True) | Q(set_aside_at__isnull=True),
                name="a_kept_event_is_taken_or_set_aside",
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.replayed_at is None and self.set_aside_at is None

    def __str__(self) -> str:
        return f"{self.uuid} {self.reason}"


class HourEntry(Ledger):
    """Training hours (学时) credited to a learner, from what the server saw. Reversed by a new row, never edited."""

    learner = models.ForeignKey("people.User", models.PROTECT, related_name="hour_entries")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="hour_entries")
    lesson_key = models.UUIDField(null=True)
    hours = models.DecimalField(max_digits=5, decimal_places=1)
    earned_date = models.DateField()
    recorded_at = models.DateTimeField()
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson_key"],
                condition=models.Q(reverses__isnull=True),
                name="hours_of_a_lesson_are_credited_once",
            )
        ]
