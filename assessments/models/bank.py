import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel


class QuestionBank(models.Model):
    """The questions of one course, from which its quizzes draw. Written by trainers; holds no personal data."""

    code = models.SlugField(_("代码"), max_length=20, unique=True)
    title_zh = models.CharField(_("中文名称"), max_length=200)
    title_en = models.CharField(_("英文名称"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("题库")
        verbose_name_plural = _("题库")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title_zh}"


class QuestionQuerySet(models.QuerySet):
    def usable(self):
        return self.filter(is_retired=False)


class Question(ClusterableModel):
    """One question as its author has it now. Learners meet only the frozen copy inside a QuizVersion.

    Retired instead of deleted once it was ever published. Two languages side by side, so that neither is forgotten.
    """

    class Kind(models.TextChoices):
        SINGLE = "single", _("单选")
        MULTIPLE = "multiple", _("多选")
        TRUE_FALSE = "truefalse", _("判断")
        ORDERING = "ordering", _("排序")

    class Thinking(models.TextChoices):
        RECALL = "recall", _("记得")
        JUDGEMENT = "judgement", _("判断怎么做")
        SEQUENCE = "sequence", _("先后顺序")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bank = models.ForeignKey(QuestionBank, models.PROTECT, related_name="questions", verbose_name=_("题库"))
    code = models.CharField(_("题号"), max_length=30, unique=True)
    kind = models.CharField(_("题型"), max_length=12, choices=Kind, default=Kind.SINGLE)
    thinking = models.CharField(_("考什么"), max_length=12, choices=Thinking, default=Thinking.JUDGEMENT)
    lesson_number = models.PositiveSmallIntegerField(_("属于第几课"), null=True, blank=True)
    stem_zh = models.TextField(_("题干"))
    stem_en = models.TextField(_("题干（英文）"), blank=True)
    explanation_zh = models.TextField(_("解析，写明法律、条、版本"))
    explanation_en = models.TextField(_("解析（英文）"), blank=True)
    competency = models.CharField(_("能力与层级"), max_length=8, blank=True)  # K4-L2
    guidance = models.CharField(_("指导意见任务"), max_length=6, blank=True)  # T1.3
    laws = models.JSONField(_("引用的法条"), default=list, blank=True)  # ["未成年人保护法@2024-04-26:11"]
    author = models.CharField(_("作者"), max_length=60, blank=True)
    review_by_date = models.DateField(_("复审期限"), null=True, blank=True)
    review_note = models.TextField(_("还要核对什么"), blank=True)
    is_retired = models.BooleanField(_("停用"), default=False)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("题目")
        verbose_name_plural = _("题目")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.stem_zh[:40]}"


class Option(models.Model):
    """One option of a question, with what would happen to the child if it were chosen.

    For an ordering question `sort_order` is the right order and every option is correct.
    """

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="options")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sort_order = models.PositiveSmallIntegerField(default=0)
    text_zh = models.TextField(_("选项"))
    text_en = models.TextField(_("选项（英文）"), blank=True)
    feedback_zh = models.TextField(_("反馈：选了会怎样"), blank=True)
    feedback_en = models.TextField(_("反馈（英文）"), blank=True)
    is_correct = models.BooleanField(_("对"), default=False)
    is_critical = models.BooleanField(
        _("关键错误"), default=False, help_text=_("会让孩子陷入危险的做法。选了它，整份测试不通过。")
    )

    class Meta:
        ordering = ["sort_order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(is_correct=True, is_critical=True), name="a_critical_error_is_never_correct"
            )
        ]

    def __str__(self) -> str:
        return self.text_zh[:40]

    def clean(self) -> None:
        if self.is_correct and self.is_critical:
            raise ValidationError({"is_critical": _("同一个选项不能又是对的又是关键错误，只能勾一样。")})
