"""One way to search, whatever stands behind it. Callers never see a store."""

from dataclasses import dataclass

from django.utils.html import escape, mark_safe, strip_tags
from wagtail.models import Locale, Page

from content.models import InfoPage
from content.words import fold_in_place, runs
from courses.models import CoursePage, LessonPage

PAGE_SIZE = 20
SNIPPET_BEFORE, SNIPPET_AFTER = 24, 90  # characters
KINDS = {"lesson": LessonPage, "course": CoursePage, "info": InfoPage}


@dataclass(frozen=True)
class Hit:
    """One page found. snippet is safe HTML with the words asked for in <mark>."""

    kind: str
    page: Page
    snippet: str


@dataclass(frozen=True)
class Found:
    """What a search gave: one page of hits, how many there are in all, and how many of each kind."""

    text: str
    kind: str
    hits: tuple[Hit, ...]
    total: int
    counts: dict[str, int]
    number: int

    @property
    def page_count(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def find(*, text: str, language: str, kind: str = "", number: int = 1) -> Found:
    """This will find published, public pages of one language that hold all the words.

    text: as typed. kind: a key of KINDS, or empty for all. number: which page of results, from 1.
    """
    text = text.strip()[:100]
    if not any(True for _ in runs(text)):
        return Found(text, kind, (), 0, {}, 1)
    locale = Locale.objects.get(language_code=language)
    found = {k: model.objects.live().public().filter(locale=locale).search(text) for k, model in KINDS.items()}
    counts = {k: results.count() for k, results in found.items()}
    hits: list[Hit] = []
    start = (number - 1) * PAGE_SIZE
    for k in [kind] if kind in KINDS else KINDS:
        take = found[k][max(0, start) : max(0, start) + PAGE_SIZE - len(hits)]
        hits += [Hit(k, page, snippet(_text_of(page), text)) for page in take]
        start -= counts[k]
        if len(hits) >= PAGE_SIZE:
            break
    total = counts[kind] if kind in KINDS else sum(counts.values())
    return Found(text, kind, tuple(hits), total, counts, number)


def _text_of(page) -> str:
    stream = getattr(page, "body", None) or getattr(page, "description", None)
    words = " ".join(str(s) for s in stream.stream_block.get_searchable_content(stream)) if stream else ""
    return strip_tags(f"{page.summary} {words}")


def snippet(words: str, asked: str) -> str:
    """This will cut a few words around the first hit and mark every hit in them. Everything else is escaped."""
    terms = sorted({run for run, _ in runs(asked)}, key=len, reverse=True)
    folded = fold_in_place(words)
    first = min((at for at in (folded.find(term) for term in terms) if at >= 0), default=0)
    begin = max(0, first - SNIPPET_BEFORE)
    end = min(len(words), first + SNIPPET_AFTER)
    out, at = [], begin
    while at < end:
        term = next((t for t in terms if folded.startswith(t, at)), None)
        if term:
            out.append(f"<mark>{escape(words[at : at + len(term)])}</mark>")
            at += len(term)
        else:
            out.append(escape(words[at]))
            at += 1
    return mark_safe(("…" if begin else "") + "".join(out) + ("…" if end < len(words) else ""))  # noqa: S308
