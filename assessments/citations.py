"""A stored citation (未成年人保护法@2024-04-26:11.2) in the words that people use."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.models import Question
from content import citing
from content.models import Law, LawClause
from content.templatetags.law import article_in_words


@citing.part
def questions_citing(clauses: Sequence[LawClause]) -> dict[int, list[str]]:
    """This will name the questions in use whose explanation rests on the clauses."""
    by_citation = {clause.citation: clause.pk for clause in clauses}
    found: dict[int, list[str]] = {}
    for code, laws in Question.objects.usable().order_by("code").values_list("code", "laws"):
        for citation in dict.fromkeys(laws):
            if citation in by_citation:
                found.setdefault(by_citation[citation], []).append(_("题目 %(code)s") % {"code": code})
    return found


def cite(citations: Iterable[str], language: str) -> dict[str, str]:
    """This will put citations into words in one query; one that does not parse is shown as it was written."""
    parsed = {c: p for c in citations if (p := parse(c))}
    found = Law.objects.filter(key__in={name for name, _day, _article in parsed.values()}) if parsed else []
    laws = {(law.key, law.version_date): law for law in found}
    with override(language):
        return {c: _in_words(*parsed[c], laws, language) if c in parsed else c for c in citations}


def _in_words(name: str, version_date: date, article: str, laws: dict, language: str) -> str:
    law = laws.get((name, version_date))
    if language.startswith("en"):
        title = law.title_en if law and law.title_en else name
        return f"{title}, {article_in_words(article)} (version of {version_date:%Y-%m-%d})"
    day = f"{version_date.year}年{version_date.month}月{version_date.day}日版"
    return f"《{name}》{article_in_words(article)}，{day}"


def parse(citation: str) -> tuple[str, date, str] | None:
    """This will take a citation apart: law, version, article; None where it is not one."""
    name, at, rest = citation.partition("@")
    day, colon, article = rest.partition(":")
    if not (at and colon and article):
        return None
    try:
        return name, date.fromisoformat(day), article
    except ValueError:
        return None
