import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from content.models.frame import BilingualTitle
from people.models import Ledger


class Course(BilingualTitle):
    """A course as a fact: its code, hours, test. Its words are CoursePages, one per language."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("代码"), max_length=10, unique=True)
    hours = models.DecimalField(_("学时"), max_digits=5, decimal_places=1)
    quiz = models.ForeignKey(
        "assessments.Quiz", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("结业测试")
    )
    competencies = models.ManyToManyField("content.Competency", blank=True, related_name="+")
    guidance_tasks = models.ManyToManyField("content.GuidanceTask", blank=True, related_name="+")

    class Meta:
        verbose_name = _("课程")
        verbose_name_plural = _("课程")
        ordering = ["code"]

    @property
    def slug(self) -> str:
        """The code as addresses write it."""
        return self.code.lower()


class CourseRelease(Ledger):
    """The outline of a course as published on one day: what an enrolment pins. Never changes.

    lessons: [{key: translation key, number, module, module_title: {zh, en}, title: {zh, en}, hours, is_required,
    revisions: {zh, en}}].
    Made when publishing changes what must be learnt; a changed sentence makes none.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    lessons = models.JSONField()
    content_hash = models.CharField(max_length=64)
    released_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "number"], name="one_row_per_release_of_a_course")]

    def __str__(self) -> str:
        return f"{self.course_id} r{self.number}"
