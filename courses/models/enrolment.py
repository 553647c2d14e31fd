import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .course import Course, CourseRelease


class EnrolmentQuerySet(models.QuerySet):
    def of(self, learner):
        return self.filter(learner=learner)

    def open(self):
        return self.filter(closed_at__isnull=True)

    def completed(self):
        return self.filter(completed_at__isnull=False)


class Enrolment(models.Model):
    """One learner's one course, pinned to the release it began with. Closed, never deleted.

    Everything below `release` is a projection of LearningEvents, rebuilt by `check_integrity`; it equals a replay to
    the row. The row is locked by whatever changes the learner's progress in the course.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey("people.User", models.PROTECT, related_name="enrolments")
    course = models.ForeignKey(Course, models.PROTECT, related_name="enrolments")
    release = models.ForeignKey(CourseRelease, models.PROTECT, related_name="enrolments")
    enrolled_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)  # a new period began, or it was withdrawn
    finished_keys = models.JSONField(default=list)  # of lessons, in the order she finished them
    lessons_finished = models.PositiveSmallIntegerField(default=0)
    last_lesson_key = models.UUIDField(null=True, blank=True)
    last_activity_at = models.DateTimeField(null=True, blank=True)
    quiz_passed_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("报名")
        verbose_name_plural = _("报名")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "course"], condition=Q(closed_at__isnull=True), name="one_open_enrolment_per_course"
            )
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} {self.course_id}"


class LessonProgress(models.Model):
    """Where one learner is in one lesson: a projection of her LearningEvents."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="progress")
    lesson_key = models.UUIDField()
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=60, blank=True)  # the block she last had on screen
    self_checks = models.JSONField(default=dict)  # {block id: [chosen option indexes]}
    sequences = models.JSONField(default=dict)  # {device: {"place" or block id: newest sequence}}: late news is no news
    seconds = models.PositiveIntegerField(default=0)  # what the server saw, at most three minutes a silence

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson_key"], name="one_progress_row_per_lesson")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.lesson_key}"
