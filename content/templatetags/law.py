"""How a citation is printed: 《未成年人保护法》第十一条, and which version."""

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()

DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """This will write 1 to 999 as an article is numbered: 十一, 二十一, 一百零三, 一百一十七."""
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    words = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += "十" if tens == 1 and not hundreds else f"{DIGITS[tens]}十"
    elif hundreds and units:
        words += "零"
    return words + (DIGITS[units] if units or not number else "")


@register.filter
def article_in_words(article: str) -> str:
    """This will write 11 as 第十一条 and 11.2 as 第十一条第二款, p4.1 as 第四部分（一）; in English Article 11(2), Part 4(1)."""
    part, _dot, item = article.removeprefix("p").partition(".")
    if article.startswith("p") and part.isdigit():  # p4.1: a policy paper has parts and items, no articles
        if (get_language() or "").startswith("en"):
            return f"Part {part}" + (f"({item})" if item else "")
        return f"第{chinese_number(int(part))}部分" + (f"（{chinese_number(int(item))}）" if item else "")
    number, _dot, paragraph = article.partition(".")
    if article.startswith("Q"):  # a point of ours, where we have not the paper's own numbers
        return _("要点 %(number)s") % {"number": article[1:]}
    if not number.isdigit():
        return article
    if (get_language() or "").startswith("en"):
        return f"Article {number}" + (f"({paragraph})" if paragraph else "")
    return f"第{chinese_number(int(number))}条" + (f"第{chinese_number(int(paragraph))}款" if paragraph else "")


@register.simple_tag
def clause_address(clause) -> str:
    """This will give where the clause stands on its document's page in the language of this one; empty without one."""
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    page = clause.law.pages.live().filter(locale__language_code=language).first()
    return f"{page.get_url()}#{clause.anchor}" if page else ""


@register.simple_tag
def clause_title(clause) -> str:
    """This will print which article of which law."""
    if (get_language() or "").startswith("en"):
        return f"{clause.law.title_en}, {article_in_words(clause.article)}"
    return f"《{clause.law.title_zh}》{article_in_words(clause.article)}"


@register.simple_tag
def clause_version(clause) -> str:
    """This will print which version the words follow, and whether it is still the law."""
    values = {"date": date_format(clause.law.version_date, "DATE_FORMAT")}
    if clause.law.is_current:
        return _("%(date)s的版本，现行有效") % values
    return _("%(date)s的版本，已有新版，正在核对") % values
