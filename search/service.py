"""One way to search, whatever stands behind it. Callers never see a store."""

import logging
from dataclasses import dataclass

from content.words import runs
from search import database
from search.entries import KINDS, findable
from search.hits import Hit, hits_of
from search.stores import Away, Question, Ranked, is_elastic

logger = logging.getLogger(__name__)

PAGE_SIZE = 20
MOST_PAGES = 25  # of results; who has not found it by then asks with another word


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
    hits = hits_of([pages[pk] for pk in ranked.page_ids if pk in pages], text=text, language=language)
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
