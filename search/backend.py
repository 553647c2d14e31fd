"""Wagtail's database search, taught to ask for Chinese as content.words indexes it. Serves the admin too."""

from django.db import connection
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


def _asking_in_pairs(compiler_class):
    class PairsCompiler(compiler_class):
        def __init__(self, queryset, query, *args, **kwargs):
            super().__init__(queryset, rewritten(query), *args, **kwargs)

    return PairsCompiler


def SearchBackend(params):
    """This will make the backend for whatever database is the default one."""
    if connection.vendor == "postgresql":
        from search.postgres import PostgresBackend as base

        params = {"SEARCH_CONFIG": "simple", **params}
    else:
        from search.sqlite import SqliteBackend as base

    class PairsBackend(base):
        query_compiler_class = _asking_in_pairs(base.query_compiler_class)
        autocomplete_query_compiler_class = _asking_in_pairs(base.autocomplete_query_compiler_class)

    return PairsBackend(params)
