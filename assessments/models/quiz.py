import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Ledger

from .bank import QuestionBank


class Quiz(models.Model):
    """A test as its author has it now: where it draws from and its rules. Publishing makes a QuizVersion."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.SlugField(_("代码"), max_length=20, unique=True)
    bank = models.ForeignKey(QuestionBank, models.PROTECT, related_name="quizzes", verbose_name=_("题库"))
    title_zh = models.CharField(_("中文名称"), max_length=200)
    title_en = models.CharField(_("英文名称"), max_length=300, blank=True)
    draw_count = models.PositiveSmallIntegerField(_("抽几题"), default=10, validators=[MinValueValidator(1)])
    pass_percent = models.PositiveSmallIntegerField(
        _("及格分（百分）"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    critical_errors_allowed = models.PositiveSmallIntegerField(_("允许几处关键错误"), default=0)
    tries = models.PositiveSmallIntegerField(_("几次机会"), default=3, validators=[MinValueValidator(1)])
    hours_between_tries = models.PositiveSmallIntegerField(_("两次之间隔几小时"), default=24)
    minutes = models.PositiveSmallIntegerField(_("限时（分钟）"), default=30, validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("测试")
        verbose_name_plural = _("测试")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title_zh}"


class QuizVersion(Ledger):
    """A quiz as published on one day: what learners meet. Never changes; a change is the next version.

    paper: what may be shown: {"questions": [{uuid, code, kind, thinking, lesson_number, stem: {zh, en},
    options: [{uuid, text: {zh, en}}], competency, guidance}]}. key: what never leaves the server before submission:
    {question uuid: {correct: [option uuids, for ordering in the right order], critical: [option uuids],
    explanation: {zh, en}, laws: [...], feedback: {option uuid: {zh, en}}}}.
    """

    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="versions")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveIntegerField()
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300, blank=True)
    paper = models.JSONField()
    key = models.JSONField()
    draw_count = models.PositiveSmallIntegerField()
    pass_percent = models.PositiveSmallIntegerField()
    critical_errors_allowed = models.PositiveSmallIntegerField()
    tries = models.PositiveSmallIntegerField()
    hours_between_tries = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    content_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("测试的一版")
        ordering = ["quiz", "-number"]
        constraints = [models.UniqueConstraint(fields=["quiz", "number"], name="one_row_per_version_of_a_quiz")]

    def __str__(self) -> str:
        return f"{self.title_zh} v{self.number}"
