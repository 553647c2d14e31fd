import re

from django.db import models, transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin, WorkflowMixin

from content.words import ChineseSearchField

from .frame import BilingualTitle, in_language
from .pages import BasePage

WRITTEN = (  # of a law, beside its clauses
    "key",
    "version_date",
    "is_current",
    "title_zh",
    "title_en",
    "issuers_zh",
    "issuers_en",
    "document_number",
    "issued_date",
    "in_force_date",
    "source_url",
    "review_note",
)
PARTS = "pQPTBG"  # parts of a paper, points of ours; the Guidance's principles, tasks, building, guarantees


def article_order(article: str) -> int:
    """This will place 11 before 11.2 before 103, p3.1 before p4, and T1.1 after P4. What has no number stands last."""
    found = re.fullmatch(r"([A-Zp]?)(\d{1,4})(?:\.(\d{1,3}))?", article)
    if not found:
        return 2_000_000_000
    part = PARTS.find(found[1]) + 1 if found[1] else 0
    return part * 100_000_000 + int(found[2]) * 1_000 + int(found[3] or 0)


class Law(
    WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, BilingualTitle, ClusterableModel
):
    """One version of one law or rule: an amendment is a new row, so lessons that cite the old one can be listed.

    `key` is the Chinese short name that citations use: 未成年人保护法@2024-04-26:11. The row and its clauses are what
    is public; a change is a draft beside them until the review is through. One that never was public has `live` False.
    """

    key = models.CharField(_("简称"), max_length=60)
    issuers_zh = models.CharField(_("发文单位"), max_length=200, blank=True)
    issuers_en = models.CharField(_("发文单位（英文）"), max_length=300, blank=True)
    document_number = models.CharField(_("文号"), max_length=40, blank=True)
    issued_date = models.DateField(_("发布日期"), null=True, blank=True)
    in_force_date = models.DateField(_("施行日期"), null=True, blank=True)
    version_date = models.DateField(_("版本日期"))
    is_current = models.BooleanField(_("现行有效"), default=True)
    source_url = models.URLField(_("官方文本"), blank=True)
    review_note = models.TextField(_("还要核对什么"), blank=True)
    # of the words that are public: the day the review's legal step passed them; empty where they came another way
    legal_review_date = models.DateField(_("法律审核通过"), null=True, editable=False)

    class Meta:
        verbose_name = _("法律法规")
        verbose_name_plural = _("法律法规")
        ordering = ["key", "-version_date"]
        constraints = [models.UniqueConstraint(fields=["key", "version_date"], name="one_row_per_version_of_a_law")]

    @property
    def issuers(self) -> str:
        return in_language(self.issuers_zh, self.issuers_en)

    def words(self) -> tuple:
        """This will give what of it is written by people, to compare two drafts."""
        clauses = [(c.article, c.heading_zh, c.heading_en, c.gist_zh, c.gist_en) for c in self.clauses.all()]
        words = [*(getattr(self, name) for name in WRITTEN), *(part for clause in sorted(clauses) for part in clause)]
        return tuple(str(part).replace("\r\n", "\n") for part in words)

    def save_revision(self, *args, **kwargs):
        """Words that stay as they are make no new draft.

        Wagtail 8.0.1's editor of a snippet saves anew what a reviewer approves, and everybody would have to read that
        again; of a page it does not.
        """
        latest = self.latest_revision
        is_plain = not (kwargs.get("overwrite_revision") or kwargs.get("previous_revision"))
        if is_plain and latest and latest.as_object().words() == self.words():
            self._update_from_revision(latest, kwargs.get("changed", True))
            return latest
        return super().save_revision(*args, **kwargs)

    def with_content_json(self, content):
        """What a draft holds nobody has passed yet: publishing it takes the day away, and the review sets its own.

        An old draft may hold an article whose row is gone: it begins as a new one.
        """
        law = super().with_content_json(content)
        law.legal_review_date = None
        law._keep_rows()
        return law

    @transaction.atomic
    def publish(self, revision, **kwargs):
        """All of its articles at once, with what search owes for them."""
        super().publish(revision, **kwargs)

    def save(self, **kwargs):
        """The words become public (or a law that nobody sees yet is kept): each article stays the row it was."""
        if self.pk and "clauses" in getattr(self, "_cluster_related_objects", {}):
            self._keep_rows()
        super().save(**kwargs)

    def _keep_rows(self) -> None:
        """Lessons cite a row, and a draft may have forgotten which: an old one brought back, a clause that was new.

        The row goes with the article. What has a new article keeps its row only if nobody else is to have it.
        """
        clauses = list(self.clauses.all())
        rows = dict(LawClause.objects.filter(law=self.pk).values_list("article", "pk"))
        free = set(rows.values()) - {rows[clause.article] for clause in clauses if clause.article in rows}
        for clause in clauses:
            clause.pk = rows.get(clause.article, clause.pk if clause.pk in free else None)
            clause._state.adding = clause.pk is None
            clause.sort_order = article_order(clause.article)
            free.discard(clause.pk)
        self.clauses.set(clauses)

    @property
    def preview_modes(self):
        """Its documents, one a language; a law that has none yet shows nothing."""
        languages = set(self.pages.values_list("locale__language_code", flat=True)) if self.pk else set()
        modes = (("zh-hans", _("手机上，像学员那样")), ("en", _("手机上，英文")))
        return [mode for mode in modes if mode[0] in languages]

    @property
    def default_preview_mode(self):
        return next((name for name, _label in self.preview_modes), "")

    @property
    def preview_sizes(self):
        return [
            {"name": "mobile", "icon": "mobile-alt", "device_width": 360, "label": _("手机，360 像素宽")},
            {"name": "desktop", "icon": "desktop", "device_width": 1280, "label": _("电脑")},
        ]

    def serve_preview(self, request, mode_name):
        """Its document with the draft's words in the place of the public ones."""
        page = self.pages.filter(locale__language_code=mode_name).first()
        if page is None:
            raise Http404
        page.law = self
        with override(mode_name):
            return page.serve(request).render()


class LawClause(models.Model):
    """One article of one version of a law, in our own words in both languages. What a lesson's citation resolves to."""

    law = ParentalKey(Law, on_delete=models.CASCADE, related_name="clauses", verbose_name=_("法律"))
    article = models.CharField(_("条"), max_length=12)  # 11, 11.2 for a paragraph; p4.1 of a paper; T1.1, Q1 ours
    sort_order = models.PositiveIntegerField(default=0, editable=False)  # 11 before 103, a task before a duty
    heading_zh = models.CharField(_("小标题"), max_length=60, blank=True)
    heading_en = models.CharField(_("小标题（英文）"), max_length=100, blank=True)
    gist_zh = models.TextField(_("大意"), blank=True)
    gist_en = models.TextField(_("大意（英文）"), blank=True)

    class Meta:
        verbose_name = _("条文")
        verbose_name_plural = _("条文")
        ordering = ["law", "sort_order", "article"]
        constraints = [models.UniqueConstraint(fields=["law", "article"], name="one_row_per_article_of_a_law")]

    def __str__(self) -> str:
        return self.citation

    def save(self, *args, **kwargs):
        """Publishing a law saves all of its articles; of those that stay as they are nothing is written or indexed."""
        self.sort_order = article_order(self.article)
        as_it_is = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
        if self._state.adding or not LawClause.objects.filter(**as_it_is).exists():
            super().save(*args, **kwargs)

    @property
    def anchor(self) -> str:
        """Where on its document's page the clause stands: art-11-2."""
        return "art-" + self.article.lower().replace(".", "-")

    @property
    def heading(self) -> str:
        return in_language(self.heading_zh, self.heading_en)

    @property
    def gist(self) -> str:
        return in_language(self.gist_zh, self.gist_en)

    @classmethod
    def get_by_citation(cls, citation: str) -> "LawClause":
        """This will find the clause that 未成年人保护法@2024-04-26:11 names; DoesNotExist when the register lacks it."""
        law, _colon, article = citation.rpartition(":")
        key, _at, version = law.partition("@")
        return cls.objects.select_related("law").get(law__key=key, law__version_date=version, article=article)

    @property
    def citation(self) -> str:
        return f"{self.law.key}@{self.law.version_date:%Y-%m-%d}:{self.article}"


class PolicyIndexPage(BasePage):
    """The laws and rules that the courses stand on."""

    template = "content/policy_index_page.html"
    parent_page_types = ["content.HomePage"]
    subpage_types = ["content.PolicyPage"]
    max_count_per_parent = 1
    content_panels = [*BasePage.title_panels, FieldPanel("summary")]

    class Meta:
        verbose_name = _("法律和政策目录")

    def get_context(self, request, *args, **kwargs):
        pages = PolicyPage.objects.child_of(self).live().public().select_related("law").order_by("path")
        return super().get_context(request, *args, **kwargs) | {"documents": pages.filter(law__live=True)}


class PolicyPage(BasePage):
    """One law or rule as a document: its clauses in our own words, each with an address, and where each is taught.

    The clauses are the register's (LawClause): what a lesson cites and what this page says are one row.
    """

    law = models.ForeignKey(Law, on_delete=models.PROTECT, related_name="pages", verbose_name=_("法律或政策"))
    template = "content/policy_page.html"
    parent_page_types = ["content.PolicyIndexPage"]
    subpage_types = []
    content_panels = [*BasePage.title_panels, FieldPanel("summary"), FieldPanel("law")]
    search_fields = [*BasePage.search_fields, ChineseSearchField("clause_words")]

    class Meta:
        verbose_name = _("法律和政策")

    def get_passages(self) -> list[tuple[str, str]]:
        """This will give each clause with its anchor: a search opens at the clause that holds the words."""
        if not self.law.live:
            return []
        with override("en" if self.locale.language_code == "en" else "zh-hans"):
            return [
                (clause.anchor, " ".join(filter(None, (clause.heading, clause.gist))))
                for clause in self.law.clauses.all()
            ]

    @property
    def clause_words(self) -> str:
        number = self.law.document_number if self.law.live else ""
        return " ".join([number, *(words for _anchor, words in self.get_passages())])

    def get_context(self, request, *args, **kwargs):
        """With the lessons of this language that cite each clause; `lessons` is what courses call their side of it.

        A law that is not public yet has a page with its title and nothing else, but for who previews it.
        """
        law = self.law if self.law.live or getattr(request, "is_preview", False) else None
        clauses = sorted(law.clauses.all(), key=lambda clause: article_order(clause.article)) if law else []
        teaching = LawClause.lessons.rel.related_model.objects.live().public().filter(locale=self.locale)
        found = teaching.filter(laws__law=self.law_id).distinct().order_by("path").prefetch_related("laws")
        taught: dict[str, list] = {}
        for lesson in found:
            for clause in lesson.laws.all():
                if clause.law_id == self.law_id:
                    taught.setdefault(clause.article, []).append(lesson)
        return super().get_context(request, *args, **kwargs) | {
            "law": law,
            "clauses": [(clause, taught.get(clause.article, [])) for clause in clauses],
        }
