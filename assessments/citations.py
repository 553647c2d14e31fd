"""A stored citation (未成年人保护法@2024-04-26:11.2) in the words that people use."""

from collections.abc import Iterable
from datetime import date

from content.models import Law
from content.templatetags.law import article_in_words


def cite(citations: Iterable[str], language: str) -> dict[str, str]:
    """This will put citations into words in one query. One that does not parse or resolve is shown as it was written."""
    parsed = {c: p for c in citations if (p := _parse(c))}
    laws = {
        (law.key, law.version_date): law for law in Law.objects.filter(key__in={name for name, _, _ in parsed.values()})
    } if parsed else {}
    words = {}
    for citation in citations:
        if citation not in parsed:
            words[citation] = citation
            continue
        name, version_date, article = parsed[citation]
        law = laws.get((name, version_date))
        if language.startswith("en"):
            title = law.title_en if law and law.title_en else name
            words[citation] = f"{title}, {article_in_words(article)} (version of {version_date:%Y-%m-%d})"
        else:
            day = f"{version_date.year}年{version_date.month}月{version_date.day}日版"
            words[citation] = f"《{name}》{article_in_words(article)}，{day}"
    return words


def _parse(citation: str) -> tuple[str, date, str] | None:
    name, at, rest = citation.partition("@")
    day, colon, article = rest.partition(":")
    if not (at and colon and article):
        return None
    try:
        return name, date.fromisoformat(day), article
    except ValueError:
        return None
