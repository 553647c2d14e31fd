"""SQLite's full-text index asked once for its ranks, and the title's words weighing most.

modelsearch asks it again for the rank of each page it found: 10 s for a common word at 5,000 pages. And it multiplies
ranks, which turns their order.
"""

from django.db.models import FloatField, Func
from modelsearch.backends.database.sqlite import sqlite as store
from modelsearch.backends.database.sqlite.query import MatchExpression, normalize
from modelsearch.query import MatchAll, Not


class Rank(Func):
    """FTS5's bm25 of the row found, its three columns weighed; the best is the least."""

    output_field = FloatField()

    def __init__(self, *, autocomplete: float, body: float, title: float) -> None:
        super().__init__()
        self.weights = (autocomplete, body, title)  # as the table has them

    def as_sql(self, compiler, connection, **extra):
        weights = ", ".join(map(str, self.weights))
        return f"bm25({store.SQLiteFTSIndexEntry._meta.db_table}, {weights})", []


class _Ranked:
    """A compiler that finds without ranking, and tells the ranks apart from it."""

    rank: Rank

    def search(self, config, start, stop, score_field=None):
        if score_field is not None:
            return super().search(config, start, stop, score_field)
        wanted, self.order_by_relevance = self.order_by_relevance, False
        try:
            return super().search(config, start, stop)
        finally:
            self.order_by_relevance = wanted

    def ranks(self, config) -> dict[str, float] | None:
        """This will give the rank of each row that matches, by primary key as text; None where there is none."""
        query = normalize(self.query)
        if isinstance(query, (MatchAll, Not)):
            return None
        match = MatchExpression(self.fields or self.FTS_TABLE_FIELDS, self.build_search_query(query, config=config))
        kinds = store.get_descendants_content_types_pks(self.queryset.model)
        found = store.SQLiteFTSIndexEntry.objects.filter(match, index_entry__content_type__in=kinds)
        return dict(found.annotate(score=self.rank).values_list("index_entry__object_id", "score"))


class SearchCompiler(_Ranked, store.SQLiteSearchQueryCompiler):
    rank = Rank(autocomplete=0.0, body=1.0, title=8.0)


class AutocompleteCompiler(_Ranked, store.SQLiteAutocompleteQueryCompiler):
    rank = Rank(autocomplete=1.0, body=0.0, title=0.0)


class Results(store.SQLiteSearchResults):
    """Puts what was found in the order of its ranks."""

    def ranking(self) -> list[tuple[int, int]]:
        """This will give the primary key and the content type of everything found, best first."""
        return self._best_first("content_type_id")

    def _best_first(self, *fields: str) -> list[tuple]:
        compiler = self.query_compiler
        config = compiler.get_config(self.backend)
        found = compiler.search(config, None, None).values_list("pk", *fields)
        ranks = compiler.ranks(config)
        if ranks is None:
            return list(found)
        return sorted(found.order_by(), key=lambda row: (ranks[str(row[0])], -row[0]))

    def _do_search(self):
        queryset = self.query_compiler.queryset
        if not self.query_compiler.order_by_relevance or self._score_field is not None:
            return super()._do_search()
        best = [pk for (pk,) in self._best_first()[self.start : self.stop]]
        rows = {row.pk: row for row in queryset.order_by().filter(pk__in=best)}
        return [rows[pk] for pk in best if pk in rows]


class SqliteBackend(store.SQLiteSearchBackend):
    query_compiler_class = SearchCompiler
    autocomplete_query_compiler_class = AutocompleteCompiler
    results_class = Results
