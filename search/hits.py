"""What is shown of a page that was found: the words around the hit and, of a law, each clause that holds them.

The stores say which pages; the words come from the database, so that every store shows the same.
"""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override
from wagtail.models import Page

from content.models import LawClause, PolicyPage
from content.words import finder, fold, fold_in_place, runs
from search.entries import kind_of, passages

MOST_CLAUSES = 3  # of one document; the others are a number and a link
SNIPPET_BEFORE, SNIPPET_AFTER = 24, 90  # characters


@dataclass(frozen=True)
class ClauseHit:
    """One clause that holds the words, and where on its page it stands. heading, snippet: as Hit's snippet."""

    article: str
    anchor: str
    heading: str
    snippet: str


@dataclass(frozen=True)
class Hit:
    """One page found. snippet is safe HTML with the words asked for in <mark>; anchor: where in the page they stand.

    clauses: of a document, the best that hold the words; more: how many others do, the first of them at more_anchor.
    """

    kind: str
    page: Page
    snippet: str
    anchor: str = ""
    clauses: tuple[ClauseHit, ...] = ()
    more: int = 0
    more_anchor: str = ""


class Asked:
    """The words of a question, to be looked for in many texts. What it gives to show is safe HTML."""

    def __init__(self, text: str) -> None:
        self.each = {run: finder(run) for run, _is_chinese in runs(text)}
        self.any = finder(text)

    def held_in(self, words: str) -> set[str]:
        """This will tell which of the words stand in a text."""
        folded = fold(words)
        return {word for word, pattern in self.each.items() if pattern.search(folded)}

    def snippet(self, words: str) -> SafeString:
        """This will cut a few words around the first hit and mark every hit in them. Everything else is escaped."""
        folded = fold_in_place(words)
        first = self.any.search(folded)
        at, after = first.span() if first else (0, 0)
        begin, end = max(0, at - SNIPPET_BEFORE), min(len(words), at + SNIPPET_AFTER)
        begin = next((cut for cut in range(begin, at) if not _parts_a_word(words, cut)), at)
        end = next((cut for cut in range(end, after, -1) if not _parts_a_word(words, cut)), end)
        cut = self._mark(words, folded, begin, end).strip()
        return mark_safe(("…" if begin else "") + cut + ("…" if end < len(words) else ""))  # noqa: S308

    def marked(self, words: str) -> SafeString:
        """This will mark every hit in a heading, and escape everything else."""
        return mark_safe(self._mark(words, fold_in_place(words), 0, len(words)))  # noqa: S308

    def _mark(self, words: str, folded: str, begin: int, end: int) -> str:
        out, at = [], begin
        for hit in self.any.finditer(folded):
            if begin <= hit.start() < end:
                out += [escape(words[at : hit.start()]), f"<mark>{escape(words[hit.start() : hit.end()])}</mark>"]
                at = hit.end()
        return "".join([*out, escape(words[at:end])])


def _parts_a_word(words: str, at: int) -> bool:
    """This will tell whether a cut would go through a Latin word; Chinese is cut anywhere."""
    beside = words[max(0, at - 1) : at + 1]
    return len(beside) == 2 and beside.isascii() and beside.isalnum()


def hits_of(pages: list[Page], *, text: str, language: str) -> tuple[Hit, ...]:
    """This will show specific pages of one language, found by a text. As many queries for twenty as for one."""
    asked = Asked(text)
    prefetch_related_objects(pages, "locale")
    prefetch_related_objects([page for page in pages if isinstance(page, PolicyPage)], "law__clauses")
    with override(language):  # a clause's heading and gist are said in the language of their page
        return tuple(_document_hit(page, asked) or _hit(page, asked) for page in pages)


def _hit(page: Page, asked: Asked) -> Hit:
    """This will show the part of the page that holds most of the words asked for, the first of those that do."""
    parts = [(anchor, strip_tags(words)) for anchor, words in passages(page)]
    held = [len(asked.held_in(words)) for _anchor, words in parts]
    best = held.index(max(held)) if any(held) else 0
    anchor, words = parts[best] if parts else ("", "")
    return Hit(kind_of(page), page, asked.snippet(words), anchor if any(held) else "")


def _document_hit(page: Page, asked: Asked) -> Hit | None:
    """This will show a document by its clauses that hold the words; None for other pages and where no clause does."""
    clauses = _holding(page, asked) if isinstance(page, PolicyPage) else []
    if not clauses:
        return None
    shown, others = clauses[:MOST_CLAUSES], clauses[MOST_CLAUSES:]
    return Hit(
        kind_of(page),
        page,
        asked.snippet(page.summary) if asked.held_in(page.summary) else "",
        clauses=tuple(
            ClauseHit(clause.article, clause.anchor, asked.marked(clause.heading), asked.snippet(clause.gist))
            for clause in shown
        ),
        more=len(others),
        more_anchor=others[0].anchor if others else "",
    )


def _holding(page: PolicyPage, asked: Asked) -> list[LawClause]:
    """This will list the clauses that hold the words, those with the most first, then as the document has them.

    A word that the document's title holds says which document (未成年人保护法 报告): a clause need not repeat it.
    Where no clause holds all the others, each that holds one of them is listed.
    """
    words = set(asked.each)
    wanted = words - asked.held_in(page.title)
    public = dict(page.get_passages())  # and nothing else of the law
    clauses = [clause for clause in page.law.clauses.all() if clause.anchor in public]
    held = [(clause, asked.held_in(public[clause.anchor])) for clause in clauses]
    holding = [(clause, its) for clause, its in held if its >= (wanted or words)]
    holding = holding or [(clause, its) for clause, its in held if its & wanted]
    return [clause for clause, its in sorted(holding, key=lambda found: -len(found[1]))]
