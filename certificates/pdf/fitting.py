"""Where each text goes and how large it may be, measured with the fonts' own advances.

No layout engine and no font is loaded: a web process may ask before issue (0.1 ms). The places are those of
certificate.css; change them together, tests/certificates/test_pdf_pages.py looks whether a word leaves the frame.
"""

import json
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .facts import CannotPrint, CertificateFacts, DoesNotFit, UnprintableText
from .fonts import ADVANCES, FontsNotPrepared

MM = 72 / 25.4  # points
KERNING = 0.985  # kerning and rounding may widen a line a little beyond the sum of its advances


@dataclass(frozen=True)
class Place:
    """A box of one line, or of two where `one_line_down_to` says below which size a second line begins."""

    width_mm: float
    largest: float
    smallest: float
    one_line_down_to: float = 0
    largest_of_two: float = 0
    spacing: float = 0  # letter-spacing, em


PLACES = {
    "title": Place(210, 38, 24, spacing=0.07),
    "title_en": Place(210, 13, 9, spacing=0.06),
    "lead": Place(80, 10, 8),
    "lead_en": Place(125, 10, 8),
    "text": Place(210, 12, 8.5),
    "text_en": Place(210, 9.5, 7),
    "name": Place(210, 34, 14, 20, 23.8),
    "programme_title": Place(210, 18, 11, 14, 12.6),
    "programme_title_en": Place(210, 10, 7.5),
    "issuer_name": Place(77, 11.5, 7, 9, 8.05),
    "region_name": Place(77, 11.5, 7, 9, 8.05),
    "signatory": Place(77, 11.5, 8),
    "hours_shown": Place(27, 11.5, 11.5),
    "result": Place(36, 11.5, 8),
    "number": Place(71, 11.5, 9),
    "address_shown": Place(80, 8, 6, 7, 8),
}
FIELDS = {"hours_shown": "hours", "address_shown": "verify_url"}  # a refusal names the field that a form has


@dataclass(frozen=True)
class Fitted:
    """A text with the size and the lines in which it fits."""

    text: str
    lines: tuple[str, ...]
    size: str
    is_english: bool


class Advances:
    """Character -> advance in em over all prepared fonts: what can be printed, and how wide it is."""

    def __init__(self, fonts: Path):
        try:
            prepared = json.loads((fonts / ADVANCES).read_text("utf-8"))
        except FileNotFoundError:
            raise FontsNotPrepared(fonts) from None
        self._runs = prepared["runs"]  # [first code, how many, thousandths of an em], in order
        self._firsts = [run[0] for run in self._runs]

    def of(self, char: str) -> float | None:
        code = ord(char)
        place = bisect_right(self._firsts, code) - 1
        first, count, thousandths = self._runs[place]
        return thousandths / 1000 if place >= 0 and code < first + count else None


@lru_cache(maxsize=4)
def _load(fonts: Path, changed_at: int) -> Advances:
    return Advances(fonts)


def advances(fonts: Path) -> Advances:
    """This will load the measured advances once per process, and again after the fonts were prepared anew."""
    try:
        return _load(fonts, (fonts / ADVANCES).stat().st_mtime_ns)
    except FileNotFoundError:
        raise FontsNotPrepared(fonts) from None


def fit_all(facts: CertificateFacts, fonts: Path) -> dict[str, Fitted]:
    """This will fit every text of the certificate, or raise UnprintableText or DoesNotFit for the first that fails."""
    known = advances(fonts)
    return {attribute: _fit(facts, attribute, known) for attribute in PLACES}


def find_problems(facts: CertificateFacts, fonts: Path) -> list[CannotPrint]:
    """This will name every text that cannot be printed whole, not the first alone: for a form."""
    known, found = advances(fonts), []
    for attribute in PLACES:
        try:
            _fit(facts, attribute, known)
        except CannotPrint as refusal:
            found.append(refusal)
    return found


def _fit(facts: CertificateFacts, attribute: str, known: Advances) -> Fitted:
    return fit(FIELDS.get(attribute, attribute), getattr(facts, attribute), PLACES[attribute], known)


def fit(field: str, text: str, place: Place, known: Advances) -> Fitted:
    """This will find the largest size at which the text fits its place, on one line or on two."""
    em = []
    for char in text:
        if (advance := known.of(char)) is None:
            raise UnprintableText(field, char)
        em.append(advance + place.spacing)
    box = place.width_mm * MM * KERNING
    size = min(place.largest, box / max(sum(em), 1))
    lines: tuple[str, ...] = (text,)
    if size < place.one_line_down_to:
        cut = min(range(1, len(text)), key=lambda i: _badness(text, em, i))
        size = min(place.largest_of_two, box / max(sum(em[:cut]), sum(em[cut:])))
        lines = (text[:cut].strip(), text[cut:].strip())
    if size < place.smallest:
        raise DoesNotFit(field)
    return Fitted(text, lines, f"{size:.2f}", text.isascii())


def _badness(text: str, em: list[float], i: int) -> float:
    """How bad a break before text[i] is: the longer line, less after a dot or comma, far more inside a word."""
    before, after = text[i - 1], text[i]
    inside_word = (before + after).isascii() and (before + after).isalnum()
    if inside_word or after in " ·•，、；：。）》":
        factor = 3.0
    elif before in " ·•，、；：）》/" or after in "（《":
        factor = 1.0
    else:
        factor = 1.4
    return factor * max(sum(em[:i]), sum(em[i:]))
