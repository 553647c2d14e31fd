"""One way to search, whatever stands behind it. Callers never see a store."""

import logging
from dataclasses import dataclass

from django.utils.html import escape, strip_tags
from django.utils.safestring import mark_safe
from wagtail.models import Page

from content.words import fold, fold_in_place, runs
from search import database
from search.entries import KINDS, findable, kind_of, passages
from search.stores import Away, Question, Ranked, is_elastic

logger = logging.getLogger(__name__)

PAGE_SIZE = 20
MOST_PAGES = 25  # of results; who has not found it by then asks with another word
SNIPPET_BEFORE, SNIPPET_AFTER = 24, 90  # characters


@dataclass(frozen=True)
class Hit:
    """One page found. snippet is safe HTML with the words asked for in <mark>; anchor: where in the page they stand."""

    kind: str
    page: Page
    snippet: str
    anchor: str = ""


@dataclass(frozen=True)
class Found:
    """What a search gave: one page of hits, how many there are in all, and how many of each kind."""

    text: str
    kind: str
    hits: tuple[Hit, ...]
    total: int
    counts: dict[str, int]
    number: int
    store: str = ""  # which one answered; for tests and benchmarks

    @property
    def page_count(self) -> int:
        return min(MOST_PAGES, max(1, -(-self.total // PAGE_SIZE)))


def find(*, text: str, language: str, kind: str = "", number: int = 1) -> Found:
    """This will find published, public pages of one language that hold all the words.

    text: as typed. kind: a key of KINDS, or empty for all. number: which page of results, from 1.
    """
    text = text.strip()[:100]
    kind = kind if kind in KINDS else ""
    number = min(max(1, number), MOST_PAGES)
    if not any(True for _ in runs(text)):
        return Found(text, kind, (), 0, {}, 1)
    start = (number - 1) * PAGE_SIZE
    ranked = _rank(Question(text, language, kind, start, start + PAGE_SIZE))
    pages = {page.pk: page for page in findable().filter(pk__in=ranked.page_ids).specific()}
    hits = tuple(_hit(pages[pk], text) for pk in ranked.page_ids if pk in pages)
    total = ranked.counts.get(kind, 0) if kind else sum(ranked.counts.values())
    hidden = len(ranked.page_ids) - len(hits)  # unpublished or restricted since the store heard of them
    return Found(text, kind, hits, max(len(hits), total - hidden), ranked.counts, number, ranked.store)


def _rank(question: Question) -> Ranked:
    """This will ask the chosen store, and the database when that one is away: it always knows."""
    if is_elastic():
        from search import elastic  # its client is heavy, and most installations have none

        try:
            return elastic.ask(question)
        except Away as away:
            logger.warning("search answers from the database: %s", away)
    return database.ask(question)


def _hit(page: Page, text: str) -> Hit:
    """This will show the part of the page that holds most of the words asked for, the first of those that do."""
    terms = {run for run, _ in runs(text)}
    parts = [(anchor, strip_tags(words)) for anchor, words in passages(page)]
    held = [sum(term in fold(words) for term in terms) for _anchor, words in parts]
    best = held.index(max(held)) if any(held) else 0
    anchor, words = parts[best] if parts else ("", "")
    return Hit(kind_of(page), page, snippet(words, text), anchor if any(held) else "")


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
