"""A node for each process of the run, stores to choose from, and pages to find."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.utils import timezone

from content.models import HomePage, InfoPage, PolicyIndexPage, PolicyPage
from search.models import IndexEntryOwed
from search.service import find
from tests.factories.content import LawClauseFactory, LawFactory, home_page
from tests.prepared import cached
from tests.servers.elastic import START, elasticsearch_node, fetch_jars, missing_tools

_seconds = count()


def next_moment() -> datetime:
    """This will give another second each time: an index is named with the one it was begun in."""
    return datetime(2026, 9, 1, tzinfo=UTC) + timedelta(seconds=next(_seconds))


def all_is_well() -> None:
    """This will make the process forget that a node failed it."""
    from search import elastic

    elastic.breaker.answered()
    elastic.workers_breaker.answered()


@pytest.fixture(scope="session")
def jars(request):
    if lacking := missing_tools():
        pytest.skip(f"{', '.join(lacking)}: apt-get install openjdk-17-jdk-headless maven")
    return cached(request, "elasticsearch", START.parent, fetch_jars)


@pytest.fixture(scope="session")
def node(jars):
    with elasticsearch_node(jars) as running:
        yield running


@pytest.fixture
def home(db) -> HomePage:
    return home_page()


@pytest.fixture
def elastic(settings, node):
    """The node, chosen and empty; search.elastic itself, to look inside."""
    from search import elastic, upkeep

    settings.ELASTICSEARCH_URL = node.url
    all_is_well()
    upkeep.rebuild(now=next_moment())
    yield elastic
    all_is_well()


def add(parent, title: str, summary: str = "", *, body: str = "", **fields) -> InfoPage:
    """This will add a page below another."""
    stream = [("section", {"heading": "", "text": f"<p>{body}</p>"})] if body else []
    page = InfoPage(title=title, summary=summary, locale=parent.locale, body=stream, **fields)
    return parent.add_child(instance=page)


def law_page(home: HomePage, clauses: dict[str, tuple[str, str]], title: str = "某意见", **fields) -> PolicyPage:
    """This will add a law with its document page below a home page: clauses are article to heading and gist."""
    language = "en" if home.locale.language_code == "en" else "zh"
    law = LawFactory()
    for article, (heading, gist) in clauses.items():
        words = {f"heading_{language}": heading, f"gist_{language}": gist}
        LawClauseFactory(law=law, article=article, **words)
    index = PolicyIndexPage.objects.child_of(home).first()
    if index is None:
        index = home.add_child(instance=PolicyIndexPage(title="法律和政策", slug="policies", locale=home.locale))
    return index.add_child(instance=PolicyPage(title=title, slug=law.key, law=law, locale=home.locale, **fields))


def pay_all() -> int:
    """This will pay what the index owes, as the worker does, and let searches see it."""
    from search import elastic
    from search.upkeep import pay_entry

    now = timezone.now()
    paid = [pay_entry(owed_pk=pk, now=now) for pk in IndexEntryOwed.objects.due(now).values_list("pk", flat=True)]
    if any(paid):
        elastic.refresh()
    return sum(paid)


def titles(text: str, language: str = "zh-hans", **options) -> list[str]:
    return [hit.page.title for hit in find(text=text, language=language, **options).hits]
