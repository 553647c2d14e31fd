"""The embedded store: Wagtail's index in our own database, always there. Also what answers when the other is away."""

from collections import Counter

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Locale

from search.entries import KINDS, findable
from search.stores import Question, Ranked


def ask(question: Question) -> Ranked:
    """This will rank the pages that hold all the words, and count their kinds, in one query."""
    pages = findable().filter(locale=Locale.objects.get(language_code=question.language))
    found = pages.search(question.text).ranking()
    types = ContentType.objects.get_for_models(*KINDS.values())
    held = Counter(kind for _page, kind in found)
    counts = {kind: held[types[model].pk] for kind, model in KINDS.items()}
    wanted = types[KINDS[question.kind]].pk if question.kind else None
    ids = [page for page, kind in found if wanted in (None, kind)]
    return Ranked("database", tuple(ids[question.start : question.stop]), counts)
