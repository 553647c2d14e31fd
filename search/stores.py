"""What a store is asked and what it answers: ids in order and numbers, never words. Words come from the database.

Nothing here imports Elasticsearch's client: an installation without it saves 0.8 s of every start, and its memory.
"""

from dataclasses import dataclass

from django.conf import settings


class Away(Exception):
    """Elasticsearch refuses, hangs or is ill. Whoever asked does without it or comes again."""


class NotBuilt(Away):
    """It answers, and has no index of ours: manage.py search_rebuild."""


class RebuildFailed(Exception):
    """The new index is not what the database holds; the old one stays."""


def is_elastic() -> bool:
    """This will tell whether Elasticsearch is the store of the public search."""
    return bool(settings.ELASTICSEARCH_URL)


@dataclass(frozen=True)
class Question:
    """Which pages of one language hold all the words of a text? kind: one of entries.KINDS, or empty for all."""

    text: str
    language: str
    kind: str
    start: int
    stop: int


@dataclass(frozen=True)
class Ranked:
    """The pages' ids, best first, and how many there are of each kind, whatever kind was asked for."""

    store: str
    page_ids: tuple[int, ...]
    counts: dict[str, int]
