"""Wagtail's database search, taught to ask for Chinese as content.words indexes it. Serves the admin too."""

from django.db import connection
from django.db.models import FloatField, Func
from wagtail.search.query import And, MatchAll, Phrase, PlainText, SearchQuery

from content.words import pairs, runs


def rewritten(query: SearchQuery | str) -> SearchQuery:
    """This will turn what a person typed into phrases of pairs and single words, all of which must be there."""
    if isinstance(query, str):
        query = PlainText(query)
    if not isinstance(query, PlainText):
        return query
    parts: list[SearchQuery] = []
    for run, is_chinese in runs(query.query_string):
        words = pairs(run) if is_chinese else [run]
        parts.append(Phrase(" ".join(words)) if len(words) > 1 else PlainText(words[0]))
    if not parts:
        return MatchAll()
    return And(parts) if len(parts) > 1 else parts[0]


def _asking_in_pairs(compiler_class, **methods):
    def __init__(self, queryset, query, *args, **kwargs):
        compiler_class.__init__(self, queryset, rewritten(query), *args, **kwargs)

    return type("PairsCompiler", (compiler_class,), {"__init__": __init__, **methods})


class TitleFirst(Func):
    """SQLite's own rank with the title's words weighing most. modelsearch multiplies ranks, which turns their order."""

    function = "bm25"
    output_field = FloatField()

    def as_sql(self, compiler, connection, **extra):
        return "bm25(wagtailsearch_indexentry_fts, 0.0, 1.0, 8.0)", []  # autocomplete, body, title


def SearchBackend(params):
    """This will make the backend for whatever database is the default one."""
    if connection.vendor == "postgresql":
        from modelsearch.backends.database.postgres import postgres as store

        base, ranking = store.PostgresSearchBackend, {}
        params = {"SEARCH_CONFIG": "simple", **params}
    else:
        from modelsearch.backends.database.sqlite import sqlite as store

        base = store.SQLiteSearchBackend
        ranking = {"_build_rank_expression": lambda self, vectors, config: TitleFirst()}

    class PairsBackend(base):
        query_compiler_class = _asking_in_pairs(base.query_compiler_class, **ranking)
        autocomplete_query_compiler_class = _asking_in_pairs(base.autocomplete_query_compiler_class)

    return PairsBackend(params)
