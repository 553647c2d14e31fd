"""Wagtail's admin in Chinese: which of its sentences its own catalogues leave in English, and ours do not supply.

What is missing upstream stands in locale/zh_Hans; Django reads LOCALE_PATHS last, so ours wins. An upgrade that brings
sentences without Chinese fails `manage.py catalogue --check` and names them.
"""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings

SHOWN = ("wagtail", "wagtailmedia", "taggit", "allauth")  # whose sentences an editor meets
_ENTRY = re.compile(
    r'^(?:msgctxt (?P<ctx>(?:"[^\n]*"\s*)+))?^msgid (?P<one>(?:"[^\n]*"\s*)+)(?:^msgid_plural (?P<many>(?:"[^\n]*"\s*)+))?',
    re.MULTILINE,
)
Sentence = tuple[str, str]  # its msgid (with its context before it), its plural or nothing


def sentences(catalogue: Path) -> Iterator[Sentence]:
    """This will read what a package says, from the English catalogue it ships."""
    for match in _ENTRY.finditer(catalogue.read_text("utf-8")):
        one, many = _text(match["one"]), _text(match["many"] or "")
        if one:
            yield (f"{_text(match['ctx'])}\4{one}" if match["ctx"] else one), many


def folders() -> Iterator[Path]:
    """This will give the catalogues' folders of the installed packages whose sentences are shown."""
    for app in apps.get_app_configs():
        if app.name.partition(".")[0] in SHOWN and (folder := Path(app.path) / "locale").is_dir():
            yield folder


def missing(domain: str, *, with_ours: bool = True) -> list[Sentence]:
    """This will list what a Chinese editor would read in English."""
    known: set[str] = _known(settings.BASE_DIR / "locale", domain) if with_ours else set()
    for folder in folders():
        known |= _known(folder, domain)
    found: dict[str, str] = {}
    for folder in folders():
        catalogue = folder / "en" / "LC_MESSAGES" / f"{domain}.po"
        if catalogue.exists():
            found |= {one: many for one, many in sentences(catalogue) if one not in known}
    return sorted(found.items())


def _known(folder: Path, domain: str) -> set[str]:
    compiled = folder / "zh_Hans" / "LC_MESSAGES" / f"{domain}.mo"
    if not compiled.exists():
        return set()
    with compiled.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    return {key[0] if isinstance(key, tuple) else key for key, words in catalogue.items() if words}


def _text(quoted: str) -> str:
    return "".join(ast.literal_eval(line) for line in quoted.splitlines() if line.strip())
