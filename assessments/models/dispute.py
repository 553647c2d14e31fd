import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .attempt import Attempt


class MarkDispute(models.Model):
    """判分异议: a learner says that one question of her own finished try was marked wrong. Changed once, by who decides.

    An upheld one changes no mark by itself: the trainer mends the question, or voids the try. Personal data: her own
    words about her own answer; who decided and how.
    """

    class State(models.TextChoices):
        OPEN = "open", _("在看")
        UPHELD = "upheld", _("判错了，您说得对")
        REJECTED = "rejected", _("没有判错")

    MOST_LETTERS = 300

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="disputes")
    question_uuid = models.UUIDField()
    text = models.CharField(max_length=MOST_LETTERS)
    raised_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=MOST_LETTERS, blank=True)

    class Meta:
        verbose_name = _("判分异议")
        verbose_name_plural = _("判分异议")
        constraints = [
            models.UniqueConstraint(fields=["attempt"], condition=Q(state="open"), name="one_open_dispute_per_attempt"),
            models.UniqueConstraint(fields=["attempt", "question_uuid"], name="one_dispute_per_question_of_an_attempt"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="a_decided_dispute_says_who_and_when",
            ),
        ]
        indexes = [models.Index(fields=["raised_at"], condition=Q(state="open"), name="open_disputes_by_age")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.state}"
