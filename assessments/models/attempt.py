import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Ledger

from .quiz import Quiz, QuizVersion


class AttemptQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=Attempt.State.OPEN)

    def finished(self):
        return self.filter(state__in=Attempt.FINISHED_STATES)

    def of(self, learner, quiz):
        return self.filter(learner=learner, quiz=quiz)


class Attempt(models.Model):
    """One learner's one try at one frozen version of a quiz. Exists from the moment she starts.

    Made by `start_attempt` with its drawn questions, their order and the server's deadline; changed only by
    `grade_attempt` or `close_overdue_attempt` (once, to SUBMITTED or EXPIRED), `take_over` and `void_attempt`. What
    she answered are AttemptSteps, what it was worth are Marks: both ledgers.
    The fields below `state` repeat the newest Mark for screens.
    `for_uuid` names what the try counts towards (an enrolment); assessments does not know what that is.
    Personal data: who, and what she answered.
    """

    class State(models.TextChoices):
        OPEN = "open", _("正在答")
        SUBMITTED = "submitted", _("已交卷")
        EXPIRED = "expired", _("到时收卷")
        VOIDED = "voided", _("作废")

    FINISHED_STATES = (State.SUBMITTED, State.EXPIRED)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    learner = models.ForeignKey("people.User", models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts")
    version = models.ForeignKey(QuizVersion, models.PROTECT, related_name="attempts")
    for_uuid = models.UUIDField(db_index=True)
    number = models.PositiveSmallIntegerField()
    drawn = models.JSONField()  # [{"question": uuid, "options": [uuid, …] in the order shown}]
    seed = models.PositiveBigIntegerField()
    device = models.CharField(max_length=36, blank=True)  # the one that may answer now; another may take over
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    score_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    critical_errors = models.PositiveSmallIntegerField(null=True, blank=True)
    is_passed = models.BooleanField(null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("作答")
        verbose_name_plural = _("作答")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "quiz"], condition=Q(state="open"), name="one_open_attempt_per_learner_and_quiz"
            ),
            models.UniqueConstraint(
                fields=["learner", "for_uuid", "quiz", "number"], name="attempts_are_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(state="open", submitted_at__isnull=True, is_passed__isnull=True) | ~Q(state="open"),
                name="an_open_attempt_has_no_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id} #{self.number}"


class AttemptStep(Ledger):
    """One change of one answer, as a phone sent it. Absolute, never a delta; the newest per question counts.

    (attempt, device, sequence) is unique: sent twice, stored once. Late and foreign-device steps are kept and flagged,
    and never counted. Holds what she answered and whether she was unsure: personal data, kept with the attempt.
    """

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="steps")
    device = models.CharField(max_length=36)
    sequence = models.PositiveIntegerField()
    question_uuid = models.UUIDField()
    answer = models.JSONField()  # list of option uuids; for ordering in her order, null where she put nothing yet
    is_flagged = models.BooleanField(default=False)  # she ticked "not sure, look again"; worth nothing
    client_at = models.DateTimeField(null=True)  # a claim, never used to judge
    received_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)
    is_other_device = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "device", "sequence"], name="one_step_per_device_and_sequence")
        ]


class Mark(Ledger):
    """What one attempt was worth when it was marked, and by what. A regrade is a new row with its reason."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="marks")
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    answers = models.JSONField()  # {question uuid: [option uuids]} as marked
    per_question = models.JSONField()  # {question uuid: {"points": 0..1, "is_critical": bool}}
    score_percent = models.DecimalField(max_digits=5, decimal_places=2)
    critical_errors = models.PositiveSmallIntegerField()
    is_passed = models.BooleanField()
