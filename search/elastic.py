"""Elasticsearch 8 as the other store, through Documents of our own. Chosen by the setting ELASTICSEARCH_URL.

It ranks pages and counts them; it never shows any: titles and snippets come from the database, which is asked once
more who may see them. So a stale index costs a rank, never a leak. Beyond plain documents, searches and aliases
nothing is used: no scripts, no _reindex, no _update_by_query, no _delete_by_query.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError, UnsupportedProductError
from elasticsearch.dsl import (
    A,
    Document,
    Keyword,
    Long,
    MetaField,
    Q,
    Search,
    Text,
    analyzer,
    token_filter,
)

from content.words import runs
from search.breaker import Breaker
from search.entries import KINDS, Entry
from search.stores import Away, NotBuilt, Question, Ranked, RebuildFailed

ALIAS = "qingmiao-pages"  # what is asked; behind it one index named with the time it was built
PATIENCE = 1  # seconds a reader waits, and only the first one (breaker)
WORKERS_PATIENCE = 10
REST = 10  # seconds until a node that failed is tried again
WORKERS_REST = 60
FURTHEST = 10_000  # Elasticsearch's own limit of from + size

breaker = Breaker(REST)
workers_breaker = Breaker(WORKERS_REST)  # a thousand owed rows must not wait out a hanging node one by one

# Pairs for words, single characters for questions of one character: both are indexed at their positions; asked are
# pairs, in a row. cjk_bigram gives a lone character as itself.
in_pairs = analyzer("qingmiao_asked", tokenizer="standard", filter=["cjk_width", "lowercase", "cjk_bigram"])
in_pairs_and_singles = analyzer(
    "qingmiao_indexed",
    tokenizer="standard",
    filter=[
        "cjk_width",
        "lowercase",
        token_filter("cjk_bigram_and_unigram", "cjk_bigram", output_unigrams=True),
    ],
)


def _words() -> Text:
    return Text(analyzer=in_pairs_and_singles, search_analyzer=in_pairs)


class PageEntry(Document):
    """One page. Its id is the page's; its version is the owed row's."""

    page_id = Long()
    kind = Keyword()
    language = Keyword()
    title = _words()
    summary = _words()
    body = _words()
    digest = Keyword(index=False)

    class Meta:
        dynamic = MetaField("strict")

    class Index:
        name = ALIAS
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}


@dataclass(frozen=True)
class Written:
    """What a write did: entries that a newer version was there for are passed over, which is right."""

    done: int
    passed_over: int


def client() -> Elasticsearch:
    """This will give this process's connection, as a worker uses it: patient."""
    return _connect(settings.ELASTICSEARCH_URL).options(request_timeout=WORKERS_PATIENCE)


@lru_cache(maxsize=4)
def _connect(url: str) -> Elasticsearch:
    return Elasticsearch(url, request_timeout=PATIENCE, max_retries=0, retry_on_timeout=False)


@contextmanager
def _telling_away() -> Iterator[None]:
    """Whatever it answers but an answer becomes Away: nobody who searches or writes can mend a password either."""
    try:
        yield
    except NotFoundError as error:
        raise NotBuilt(f"no index behind {ALIAS}") from error
    except (TransportError, ApiError, UnsupportedProductError) as error:
        raise Away(f"{type(error).__name__}: {error}") from error


def ask(question: Question) -> Ranked:
    """This will rank the pages that hold all the words. Raises Away, at once while the breaker is open."""
    if not breaker.may_try():
        raise Away("it failed a moment ago")
    try:
        with _telling_away():
            answer = _search(question).using(_connect(settings.ELASTICSEARCH_URL)).execute()
    except Exception:
        breaker.failed()
        raise
    breaker.answered()
    counts = {bucket.key: bucket.doc_count for bucket in answer.aggregations.kinds.buckets}
    return Ranked(
        "elasticsearch",
        tuple(int(hit.meta.id) for hit in answer.hits),
        {kind: counts.get(kind, 0) for kind in KINDS},
    )


def _search(question: Question) -> Search:
    must = [
        Q("multi_match", query=run, type="phrase", fields=["title^8", "summary^2", "body"])
        for run, _is_chinese in runs(question.text)
    ]
    search = (
        Search(index=ALIAS)
        .query("bool", must=must, filter=[Q("term", language=question.language)])
        .source(False)
        .sort("_score", {"page_id": "desc"})
    )
    if question.kind:
        search = search.post_filter("term", kind=question.kind)
    search.aggs.bucket("kinds", A("terms", field="kind", size=len(KINDS)))
    start, stop = min(question.start, FURTHEST), min(question.stop, FURTHEST)
    return search[start:stop].extra(track_total_hits=False)


def write(
    found: Iterable[tuple[Entry, int]], gone: Iterable[tuple[int, int]] = (), *, index: str | None = None
) -> Written:
    """This will put entries in and take pages out, each with its version; old versions never win. Raises Away.

    index: the one that is being built; else the one behind the alias, and NotBuilt if there is none.
    """
    operations: list[dict] = []
    for entry, version in found:
        meta = {"_id": str(entry.page_id), "version": version, "version_type": "external_gte"}
        operations += [{"index": meta}, document_of(entry)]
    operations += [
        {"delete": {"_id": str(page_id), "version": version, "version_type": "external_gte"}}
        for page_id, version in gone
    ]
    if not operations:
        return Written(0, 0)
    with _telling_away():
        answer = client().bulk(operations=operations, index=index or ALIAS, require_alias=index is None)
    results = [next(iter(item.values())) for item in answer["items"]]
    errors = [result for result in results if "error" in result and result["status"] != 409]
    if any(result["status"] == 404 for result in errors):
        raise NotBuilt(f"no index behind {ALIAS}")
    if any(result["status"] >= 500 or result["status"] == 429 for result in errors):
        raise Away(str(errors[0]["error"]))
    if errors:
        raise ValueError(f"Elasticsearch refuses an entry: {errors[0]['error']}")
    late = sum(result["status"] == 409 for result in results)
    return Written(len(results) - late, late)


def document_of(entry: Entry) -> dict:
    """This will write an entry as the Document that the index holds."""
    document = PageEntry(
        page_id=entry.page_id,
        kind=entry.kind,
        language=entry.language,
        title=entry.title,
        summary=entry.summary,
        body=entry.body,
        digest=entry.digest,
    )
    return document.to_dict(skip_empty=False)


def start_index(*, now: datetime) -> str:
    """This will make a new, empty index that nobody asks yet, and name it."""
    name = f"{ALIAS}-{now:%Y%m%d%H%M%S}"
    with _telling_away():
        PageEntry._index.clone(name=name).create(using=client())
    return name


def go_live(name: str, *, expected: int) -> list[str]:
    """This will put the alias on a finished index and drop all others, in one step. Names those dropped."""
    with _telling_away():
        client().indices.refresh(index=name)
        held = client().count(index=name)["count"]
        if held != expected:
            raise RebuildFailed(f"{expected} entries were sent to {name}, {held} are there")
        mapping = client().indices.get_mapping(index=name)[name]["mappings"]
        if mapping.get("dynamic") != "strict":
            raise RebuildFailed(f"{name} was removed while it was built, by another rebuild")
        old = sorted(set(client().indices.get(index=f"{ALIAS}-*")) - {name})
        client().indices.update_aliases(
            actions=[
                {"add": {"index": name, "alias": ALIAS}},
                *({"remove_index": {"index": index}} for index in old),
            ]
        )
    return old


def digests() -> dict[int, str]:
    """This will list what the index holds: the digest of each page's entry."""
    found: dict[int, str] = {}
    after: list | None = None
    with _telling_away():
        client().indices.refresh(index=ALIAS)
        while True:
            search = Search(using=client(), index=ALIAS).source(["digest"]).sort("page_id")[:1000]
            if after is not None:
                search = search.extra(search_after=after)
            hits = search.execute().hits
            found |= {int(hit.meta.id): hit.digest for hit in hits}
            if not len(hits):
                return found
            after = list(hits[-1].meta.sort)


def refresh() -> None:
    """This will let searches see what was just written, without the second that Elasticsearch takes."""
    with _telling_away():
        client().indices.refresh(index=ALIAS)


def health() -> int:
    """This will count the entries, as fast as a reader is served. Raises Away, NotBuilt."""
    with _telling_away():
        return _connect(settings.ELASTICSEARCH_URL).count(index=ALIAS)["count"]
