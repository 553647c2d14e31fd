"""The words of a lesson as HTML, drawn once a revision: no request pays for StreamField twice.

Two stores: this process (asked first, costs nothing) and the shared cache (saves the other processes the drawing).
What a block cites may change beside the page (a law's status, a picture's text), so a copy is believed for ten minutes.
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


@dataclass(frozen=True)
class _Kept:
    html: SafeString
    drawn: float


_kept: OrderedDict[str, _Kept] = OrderedDict()


def lesson_html(page: LessonPage) -> SafeString:
    """This will give the body of a lesson page as HTML. Whom to ring closes it. Holds nothing about who reads it."""
    published = page.last_published_at.timestamp() if page.last_published_at else 0
    key = f"lesson-{page.pk}-{page.live_revision_id}-{published}-{get_language()}"
    now = time.monotonic()
    kept = _kept.get(key)
    if kept and now - kept.drawn < BELIEVED_SECONDS:
        return kept.html
    html = cache.get(key)
    if html is None:
        words = SiteWords.objects.filter(site__is_default_site=True).prefetch_related("help_lines").first()
        html = render_to_string("courses/_lesson_body.html", {"body": page.body, "words": words})
        cache.set(key, str(html), BELIEVED_SECONDS)
    html = mark_safe(html)  # noqa: S308 - drawn by our own templates, which escape
    _kept[key] = _Kept(html, now)
    _kept.move_to_end(key)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return html


def forget() -> None:
    """This will empty this process's store: for tests, and after a template has changed."""
    _kept.clear()
