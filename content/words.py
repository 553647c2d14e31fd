"""Chinese text as words that a database's full-text search can find.

Neither SQLite nor PostgreSQL cuts Chinese into words: 留守儿童 does not find 农村留守儿童保护工作指引 (measured on
Wagtail's own backends). So text is indexed as overlapping pairs of characters, asked for as phrases of pairs, and each
character once more by itself, for questions of one character.
"""

import re
import unicodedata
from collections.abc import Iterator

from wagtail.search import index

_HAN = r"㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff〇々"
_LETTER = rf"[^\W_{_HAN}]"
_RUN = re.compile(rf"([{_HAN}]+)|({_LETTER}+)")  # a number beside a character is a word of its own: 打12355电话


def fold(text: str) -> str:
    """This will make full-width and half-width, upper and lower case alike (NFKC, case folded)."""
    return unicodedata.normalize("NFKC", text).casefold()


def fold_in_place(text: str) -> str:
    """This will fold letter by letter, so that what is found stands at the same place in the text as written."""
    return "".join(folded if len(folded := fold(letter)) == 1 else letter for letter in text)


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """This will give the stretches of Chinese characters (True) and the Latin words and numbers (False) in order."""
    for match in _RUN.finditer(fold(text)):
        yield match.group(), match.group(1) is not None


def finder(text: str) -> re.Pattern:
    """This will make what finds the words of a text in folded ones: Chinese anywhere, a Latin word or a number whole."""
    words = sorted(runs(text), key=lambda word: -len(word[0]))  # of 监护 and 监护人 the longer first
    found = (run if is_chinese else rf"(?<!{_LETTER}){run}(?!{_LETTER})" for run, is_chinese in words)
    return re.compile("|".join(found) or r"(?!)")


def pairs(run: str) -> list[str]:
    """This will give the overlapping pairs of a stretch; one character is itself."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def indexed(text: str) -> str:
    """This will write text as it goes into the index: pairs in order, then each character once."""
    words: list[str] = []
    characters: dict[str, None] = {}
    for run, is_chinese in runs(text):
        words.extend(pairs(run) if is_chinese else [run])
        if is_chinese:
            characters.update(dict.fromkeys(run))
    return " ".join([*words, *characters])


def _deep(value) -> str:
    if isinstance(value, (list, tuple)):
        return " ".join(_deep(item) for item in value)
    return str(value or "")


class ChineseSearchField(index.SearchField):
    """A search field whose text is indexed as pairs."""

    def get_words(self, obj) -> str:
        """This will give the text as a person reads it: for other stores, and for snippets."""
        return _deep(super().get_value(obj))

    def get_value(self, obj):
        return indexed(self.get_words(obj))


class ChineseAutocompleteField(index.AutocompleteField):
    """The same for the choosers of the admin, which search while one types."""

    def get_value(self, obj):
        return indexed(_deep(super().get_value(obj)))
