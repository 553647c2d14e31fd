"""What of a page can be found, by whom: the same for every store.

Found by anybody: live pages without a view restriction on them or above them. A restricted page is never found, not
even by those who may read it: the index then knows no person, and nothing in it can leak.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from wagtail.blocks import StreamValue
from wagtail.models import Page
from wagtail.query import PageQuerySet

from content.models import InfoPage, PolicyPage
from content.words import ChineseSearchField, runs
from courses.models import CoursePage, LessonPage

KINDS: dict[str, type[Page]] = {"lesson": LessonPage, "course": CoursePage, "policy": PolicyPage, "info": InfoPage}
BATCH = 200  # pages held in memory at once


@dataclass(frozen=True)
class Entry:
    """One page as a store keeps it: words cut and folded by content.words, so that all stores agree what a word is."""

    page_id: int
    kind: str
    language: str
    title: str
    summary: str
    body: str

    @property
    def digest(self) -> str:
        """This will tell whether a store's entry is the page as it stands."""
        parts = (self.kind, self.language, self.title, self.summary, self.body)
        return sha256("\x1f".join(parts).encode()).hexdigest()


def kind_of(page: Page) -> str:
    """This will name the kind of a specific page; empty for what is never found, such as a home page."""
    return next((kind for kind, model in KINDS.items() if isinstance(page, model)), "")


def findable() -> PageQuerySet:
    """The pages that anybody may find."""
    return Page.objects.live().public().type(*KINDS.values())


def searched_fields(model: type[Page] | Page) -> dict[str, ChineseSearchField]:
    """This will give the fields of a page that are searched, by name."""
    return {field.field_name: field for field in model.get_search_fields() if isinstance(field, ChineseSearchField)}


def words_of(page: Page, *, but: tuple[str, ...] = ()) -> str:
    """This will give all the words of a specific page that are searched, as a person reads them."""
    return " ".join(field.get_words(page) for name, field in searched_fields(page).items() if name not in but)


def passages(page: Page) -> Iterator[tuple[str, str]]:
    """This will give the words of a specific page below its title, part by part, each with the anchor it opens at.

    A block's id is its anchor (content/_body.html). The clauses of a law are hits.py's own.
    """
    for name, field in searched_fields(page).items():
        value = getattr(page, name)
        if isinstance(value, StreamValue):
            for block in value:
                yield block.id or "", " ".join(block.block.get_searchable_content(block.value))
        elif name != "title":
            yield "", field.get_words(page)


def entry_of(page: Page) -> Entry:
    """This will make the entry of a specific page."""
    return Entry(
        page_id=page.pk,
        kind=kind_of(page),
        language=page.locale.language_code,
        title=_cut(page.title),
        summary=_cut(page.summary),
        body=_cut(words_of(page, but=("title", "summary"))),
    )


def entries(page_ids: list[int] | None = None) -> Iterator[Entry]:
    """This will make the entry of every page that can be found, or of those of the given ones that can."""
    for model in KINDS.values():
        pages = model.objects.live().public().select_related("locale").order_by("pk")
        if page_ids is not None:
            pages = pages.filter(pk__in=page_ids)
        for page in pages.iterator(chunk_size=BATCH):
            yield entry_of(page)


def _cut(text: str) -> str:
    return " ".join(run for run, _is_chinese in runs(text))
