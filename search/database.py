"""The embedded store: Wagtail's index in our own database, always there. Also what answers when the other is away."""

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Locale

from search.entries import KINDS, findable
from search.stores import Question, Ranked


def ask(question: Question) -> Ranked:
    """This will rank the pages that hold all the words."""
    pages = findable().filter(locale=Locale.objects.get(language_code=question.language))
    found = pages.search(question.text).facet("content_type_id")
    types = ContentType.objects.get_for_models(*KINDS.values())
    counts = {kind: found.get(types[model].pk, 0) for kind, model in KINDS.items()}
    wanted = pages.type(KINDS[question.kind]) if question.kind else pages
    ids = [page.pk for page in wanted.search(question.text)[question.start : question.stop]]
    return Ranked("database", tuple(ids), counts)
