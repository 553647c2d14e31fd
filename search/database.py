"""The embedded store: Wagtail's index in our own database, always there. Also what answers when the other is away."""

from wagtail.models import Locale

from search.entries import KINDS, findable
from search.stores import Question, Ranked


def ask(question: Question) -> Ranked:
    """This will rank the pages that hold all the words."""
    pages = findable().filter(locale=Locale.objects.get(language_code=question.language))
    counts = {kind: pages.type(model).search(question.text).count() for kind, model in KINDS.items()}
    wanted = pages.type(KINDS[question.kind]) if question.kind else pages
    ids = [page.pk for page in wanted.search(question.text)[question.start : question.stop]]
    return Ranked("database", tuple(ids), counts)
