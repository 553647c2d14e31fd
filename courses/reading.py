"""The words of a lesson as HTML, drawn once a revision and once a change of its laws: no request pays for StreamField twice.

Two stores: this process (asked first, costs nothing) and the shared cache (saves the other processes the drawing).
What a block shows may change beside the page (a picture's text, a help line), so a copy is believed for ten minutes.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from content.models import SiteWords
from courses.models import LessonPage

BELIEVED_SECONDS = 600
KEPT = 500  # lessons a process remembers: 90 lessons, two languages, some revisions
MARK = "<!-- hers -->"


@dataclass(frozen=True)
class Words:
    """A lesson's HTML, in two parts: between them goes what this learner has done."""

    before: SafeString
    after: SafeString
    drawn: float


_kept: OrderedDict[str, Words] = OrderedDict()


def lesson_words(page: LessonPage) -> Words:
    """This will give a lesson's words as HTML, whom to ring at their end. Nothing in them is about who reads."""
    published, law = (day.timestamp() if day else 0 for day in (page.last_published_at, page.laws_changed_at))
    key = f"lesson-{page.pk}-{page.live_revision_id}-{published}-{law}-{get_language()}"
    now = time.monotonic()
    kept = _kept.get(key)
    if kept and now - kept.drawn < BELIEVED_SECONDS:
        return kept
    html = cache.get(key)
    if html is None:
        help_words = SiteWords.objects.filter(site__is_default_site=True).prefetch_related("help_lines").first()
        context = {"page": page, "words": help_words, "mark": mark_safe(MARK)}  # noqa: S308 - our own constant
        html = str(render_to_string("courses/_lesson_words.html", context))
        cache.set(key, html, BELIEVED_SECONDS)
    before, _mark, after = html.partition(MARK)
    kept = Words(mark_safe(before), mark_safe(after), now)  # noqa: S308 - drawn by our templates, which escape
    _kept[key] = kept
    _kept.move_to_end(key)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return kept


def forget() -> None:
    """This will empty this process's store: for tests, and after a template has changed."""
    _kept.clear()
