"""A stored citation (未成年人保护法@2024-04-26:11.2) in the words that people use."""

from collections.abc import Iterable
from datetime import date

from content.models import Law

DIGITS = "零一二三四五六七八九"


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
            words[citation] = f"{title}, {_article_en(article)} (version of {version_date:%Y-%m-%d})"
        else:
            day = f"{version_date.year}年{version_date.month}月{version_date.day}日版"
            words[citation] = f"《{name}》{_article_zh(article)}，{day}"
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


def _article_zh(article: str) -> str:
    parts = article.split(".")
    if not all(p.isdigit() for p in parts) or len(parts) > 3:
        return f"第{article}条"
    return "".join(f"第{chinese_number(int(p))}{unit}" for p, unit in zip(parts, "条款项", strict=False))


def _article_en(article: str) -> str:
    first, *rest = article.split(".")
    return f"article {first}" + "".join(f", paragraph {p}" for p in rest[:1])


def chinese_number(n: int) -> str:
    """This will write a number of an article, 1 to 1999, as laws do: 11 → 十一, 105 → 一百零五."""
    if n >= 1000:
        rest = n % 1000
        return DIGITS[n // 1000] + "千" + (("零" if rest < 100 else "") + _below_thousand(rest) if rest else "")
    return _below_thousand(n)


def _below_thousand(n: int) -> str:
    if n < 10:
        return DIGITS[n]
    if n < 20:
        return "十" + (DIGITS[n % 10] if n % 10 else "")
    if n < 100:
        return DIGITS[n // 10] + "十" + (DIGITS[n % 10] if n % 10 else "")
    rest = n % 100
    tail = "" if not rest else ("零" + DIGITS[rest] if rest < 10 else DIGITS[rest // 10] + "十" + (DIGITS[rest % 10] if rest % 10 else ""))
    return DIGITS[n // 100] + "百" + tail
