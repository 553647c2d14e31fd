"""The certificate as a PDF: checked before issue, drawn, signed. README.md tells the order.

This package knows no model. `installed.py` is the only file that asks Django for a setting; every function also
takes the folder of prepared fonts as an argument. Importing it is cheap: WeasyPrint (1 s) is loaded by the first
`render`, pyHanko by the first `sign`, so that a web process that only checks never pays for them.
"""

from pathlib import Path

from .facts import CannotPrint, CertificateFacts, DoesNotFit, UnprintableText
from .fonts import FontsNotPrepared, prepare_fonts
from .installed import fonts_folder
from .seal import SealUnreadable, covers_what_is_under_it, normalise_seal

__all__ = [
    "CannotPrint",
    "CertificateFacts",
    "DoesNotFit",
    "FontsNotPrepared",
    "SealUnreadable",
    "UnprintableText",
    "available",
    "check_printable",
    "covers_what_is_under_it",
    "find_problems",
    "has_glyph",
    "normalise_seal",
    "picture",
    "prepare_fonts",
    "render",
    "sign",
]


def check_printable(facts: CertificateFacts, fonts: Path | None = None) -> None:
    """This will raise UnprintableText or DoesNotFit unless every text can be printed whole. Ask before issue."""
    from .fitting import fit_all

    fit_all(facts, fonts or fonts_folder())


def find_problems(facts: CertificateFacts, fonts: Path | None = None) -> list[CannotPrint]:
    """This will name every text that cannot be printed whole."""
    from .fitting import find_problems as find

    return find(facts, fonts or fonts_folder())


def has_glyph(char: str, fonts: Path | None = None) -> bool:
    """This will say whether the prepared fonts can print the character."""
    from .fitting import advances

    return advances(fonts or fonts_folder()).of(char) is not None


def picture(pdf: bytes, width: int) -> bytes:
    """This will draw the page as a PNG so many pixels wide: a phone shows no PDF inside a page."""
    from .raster import draw_picture

    return draw_picture(pdf, width)


def render(facts: CertificateFacts, fonts: Path | None = None) -> bytes:
    """This will draw the certificate: one page, PDF/A-3a and PDF/UA-1, the credential attached, not yet signed."""
    from .drawing import draw

    return draw(facts, fonts or fonts_folder())


def sign(pdf: bytes, key) -> bytes:
    """This will certify the file (PAdES B-B) with a key from `certificates.pdf.keys`."""
    from .signing import certify

    return certify(pdf, key)


def available(fonts: Path | None = None) -> list[str]:
    """This will name what certificates still need on this machine, each with the command that mends it."""
    from .doctor import missing

    return missing(fonts or fonts_folder())
