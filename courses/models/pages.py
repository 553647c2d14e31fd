from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.models import Site

from content.blocks import lesson_blocks, reading_blocks
from content.blocks.line import OneLine
from content.fields import StreamField
from content.models import BasePage, SiteWords
from content.words import ChineseSearchField

from .course import Course


class CataloguePage(BasePage):
    """The list of courses in one language."""

    parent_page_types = ["content.HomePage"]
    subpage_types = ["courses.CoursePage"]
    content_panels = [*BasePage.title_panels, FieldPanel("summary", widget=OneLine)]

    class Meta:
        verbose_name = _("课程目录")


class CoursePage(BasePage):
    """A course's words in one language: what it is for, what she will be able to do, who answers for it."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="pages", verbose_name=_("课程"))
    description = StreamField(reading_blocks, blank=True, verbose_name=_("介绍"))
    outcomes = models.TextField(_("学完能做什么，一行一条"), blank=True)
    audience = models.CharField(_("给谁学"), max_length=200, blank=True)
    is_in_preparation = models.BooleanField(_("筹备中"), default=False)

    parent_page_types = ["courses.CataloguePage"]
    subpage_types = ["courses.LessonPage"]
    admin_default_ordering = "ord"
    content_panels = [
        *BasePage.title_panels,
        FieldPanel("course"),
        FieldPanel("summary", widget=OneLine),
        FieldPanel("description"),
        FieldPanel("outcomes"),
        FieldPanel("audience", widget=OneLine),
        FieldPanel("is_in_preparation"),
    ]
    search_fields = [*BasePage.search_fields, ChineseSearchField("description"), ChineseSearchField("outcomes")]

    class Meta:
        verbose_name = _("课程页")

    def full_clean(self, *args, **kwargs):
        """The address is the course's code, in both languages."""
        if not self.slug and self.course_id:
            self.slug = self.course.code.lower()
        super().full_clean(*args, **kwargs)


class LessonPage(BasePage):
    """One lesson (one 学时) in one language. Both languages share a translation key: what is learnt in one is learnt.

    Signed-in learners never meet Wagtail's serving of it: courses/views/lesson.py does, at a third of the cost.
    """

    is_for_everybody = False

    course = models.ForeignKey(Course, models.PROTECT, null=True, editable=False, related_name="lesson_pages")
    number = models.PositiveSmallIntegerField(_("第几课"))
    module = models.PositiveSmallIntegerField(_("单元"), default=1)
    module_title = models.CharField(_("单元名称"), max_length=60, blank=True)
    hours = models.DecimalField(_("学时"), max_digits=4, decimal_places=1, default=1)
    is_required = models.BooleanField(_("必修"), default=True)
    note = models.CharField(_("开头的提醒"), max_length=300, blank=True)
    outcomes = models.TextField(_("学完能做什么，一行一条"), blank=True)
    body = StreamField(lesson_blocks, blank=True, verbose_name=_("正文"))
    competencies = models.CharField(_("能力与层级"), max_length=100, blank=True)  # K4-L2, K1-L1
    guidance = models.CharField(_("指导意见任务"), max_length=100, blank=True)  # T1.3
    laws = models.ManyToManyField("content.LawClause", blank=True, related_name="lessons", verbose_name=_("引用的法条"))
    laws_changed_at = models.DateTimeField(null=True, editable=False)  # a law it cites was published: drawn anew
    author = models.CharField(_("作者"), max_length=60, blank=True)
    review_social_work = models.CharField(_("社工审核"), max_length=60, blank=True)
    review_legal = models.CharField(_("法律审核"), max_length=60, blank=True)
    review_safeguarding = models.CharField(_("儿童安全审核"), max_length=60, blank=True)
    review_by_date = models.DateField(_("复审期限"), null=True, blank=True)
    review_notes = models.TextField(_("还要核对什么"), blank=True)

    parent_page_types = ["courses.CoursePage"]
    subpage_types = []
    content_panels = [
        *BasePage.title_panels,
        FieldPanel("summary", widget=OneLine),
        FieldPanel("note", widget=OneLine),
        FieldPanel("body"),
        FieldPanel("outcomes"),
    ]
    place_panels = [
        MultiFieldPanel(
            [
                FieldPanel("number"),
                FieldPanel("module"),
                FieldPanel("module_title"),
                FieldPanel("hours"),
                FieldPanel("is_required"),
            ],
            heading=_("位置"),
            help_text=_("改这里会生成新的一版大纲，只对以后报名的人有效。"),
        ),
        MultiFieldPanel([FieldPanel("competencies"), FieldPanel("guidance")], heading=_("对应")),
    ]
    review_panels = [
        FieldPanel("review_notes"),
        MultiFieldPanel(
            [
                FieldPanel("author"),
                FieldPanel("review_social_work"),
                FieldPanel("review_legal"),
                FieldPanel("review_safeguarding"),
                FieldPanel("review_by_date"),
            ],
            heading=_("谁审过"),
        ),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("课文")),
            ObjectList(review_panels, heading=_("审核")),
            ObjectList(place_panels, heading=_("位置与对应")),
            ObjectList(BasePage.settings_panels, heading=_("定时发布")),
        ]
    )

    search_fields = [*BasePage.search_fields, ChineseSearchField("body"), ChineseSearchField("outcomes")]

    preview_modes = [("phone", _("手机上，像学员那样"))]

    class Meta:
        verbose_name = _("课文")
        ordering = ["number"]

    @property
    def preview_sizes(self):
        """The width that most learners have comes first, so it is the one a trainer sees."""
        return [
            {"name": "mobile", "icon": "mobile-alt", "device_width": 360, "label": _("手机，360 像素宽")},
            {"name": "desktop", "icon": "desktop", "device_width": 1280, "label": _("电脑")},
        ]

    def get_preview_template(self, request, mode_name):
        return "content/lesson_preview.html"

    def publish(self, revision, **kwargs):
        """A date, a workflow or a script published the words. (The editor's button goes past here: wagtail_hooks.)"""
        from courses.services import settle_lesson

        super().publish(revision, **kwargs)
        settle_lesson(lesson=self, settled_at=timezone.now())

    def unpublish(self, **kwargs):
        """A lesson that is taken away changes what must be learnt."""
        from courses.services import settle_lesson

        super().unpublish(**kwargs)
        settle_lesson(lesson=self, settled_at=timezone.now())

    def full_clean(self, *args, **kwargs):
        """The address is the lesson's number."""
        if not self.slug and self.number:
            self.slug = str(self.number)
        super().full_clean(*args, **kwargs)

    def get_preview_context(self, request, mode_name):
        """As a learner meets it, with no enrolment behind: nothing can be recorded."""
        words = SiteWords.objects.prefetch_related("help_lines").filter(site=Site.find_for_request(request)).first()
        return super().get_preview_context(request, mode_name) | {"course": self.course_of_parent(), "words": words}

    def course_of_parent(self):
        """The course, also for a lesson that was never saved."""
        parent = CoursePage.objects.parent_of(self).select_related("course").first() if self.path else None
        return parent.course if parent else self.course

    def save(self, *args, **kwargs):
        """The parent says whose lesson it is; kept on the row so that a lesson is found without walking the tree."""
        self.course = self.course_of_parent()
        super().save(*args, **kwargs)
