"""Makes the certificate's fonts, its colour profile and the table of advances: once per installation, about 15 s.

    python -m certificates.pdf.fonts FOLDER

The text font is Noto Serif SC (OFL) from the PyPI package pylopdf-fonts-zh-cn. Outlines, widths and glyph order stay;
two things in its CFF table are put right for PDF:
- CIDs equal to glyph ids. WeasyPrint writes glyph ids where PDF wants CIDs (weasyprint/pdf/fonts.py); where the two
  differ MuPDF shows blanks and veraPDF fails 6.2.11.4.1-2, while poppler and PDFium show nothing wrong.
- one font dictionary in place of five, widths in the charstrings counted from 0. page-validation 0.11 reads every
  width against the first dictionary (GLYPH-WIDTH-001).
For the characters of rare names HanaMinB (Debian: fonts-hanazono) is copied as it is, where it is installed.
"""

import io
import json
import os
import struct
import sys
import unicodedata
from importlib.util import find_spec
from pathlib import Path

SERIF, RARE, PROFILE, ADVANCES = "QMSerif.otf", "QMRare.ttf", "sRGB.icc", "advances.json"
HANAZONO = Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf")
RECIPE = 1  # raise it when this file makes something else from the same fonts
# A blank, a mark without a letter or a character that steers the direction of writing has no place in a name.
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Mc", "Me"}
SPACES = {" ", "\u3000"}


class FontsNotPrepared(RuntimeError):
    def __init__(self, folder: Path):
        super().__init__(f"the certificate's fonts are missing: python -m certificates.pdf.fonts {folder}")


def is_prepared(target_dir: Path, hanazono: Path = HANAZONO) -> bool:
    """Whether the folder holds what this version makes from the fonts installed now."""
    try:
        made = json.loads((target_dir / ADVANCES).read_text("utf-8"))
    except FileNotFoundError:
        return False
    # A rare font that was removed since stays usable: its characters may already have been accepted.
    return made["recipe"] == RECIPE and (RARE in made["fonts"] or not hanazono.exists())


def prepare_fonts(target_dir: Path, hanazono: Path = HANAZONO) -> None:
    """This will make the fonts unless they are there; two processes doing it at once end with the same files."""
    target_dir = Path(target_dir)
    if is_prepared(target_dir, hanazono):
        return
    target_dir.mkdir(parents=True, exist_ok=True)
    serif = _serif(_package_font().read_bytes())
    rare = hanazono.read_bytes() if hanazono.exists() else None
    if rare:
        _write(target_dir / RARE, rare)
    _write(target_dir / SERIF, serif)
    _write(target_dir / PROFILE, _colour_profile())
    table = {"recipe": RECIPE, "fonts": [SERIF] + [RARE] * bool(rare), "runs": _advance_runs(serif, rare)}
    _write(target_dir / ADVANCES, json.dumps(table, separators=(",", ":")).encode())  # last: it says that all is there


def _write(path: Path, data: bytes) -> None:
    half = path.with_name(f"{path.name}.{os.getpid()}")
    half.write_bytes(data)
    half.replace(path)


def _package_font() -> Path:
    package = find_spec("pylopdf_fonts_zh_cn")
    if package is None or package.origin is None:
        raise FileNotFoundError("pip install pylopdf-fonts-zh-cn")
    return Path(package.origin).with_name("NotoSerifSC-Regular.otf")


def _serif(source: bytes) -> bytes:
    from fontTools.cffLib import CFFFontSet
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.tables.DefaultTable import DefaultTable

    font = TTFont(io.BytesIO(source), lazy=True)
    cff = CFFFontSet()
    cff.decompile(io.BytesIO(font.reader["CFF "]), font)
    top = cff.topDictIndex[0]
    glyphs = _in_one_dictionary(top, [font["hmtx"].metrics[name][0] for name in font.getGlyphOrder()])
    top.charset = [".notdef"] + [f"cid{gid:05d}" for gid in range(1, len(glyphs))]
    top.CharStrings.charStringsIndex.items = glyphs
    top.CharStrings.charStrings = {name: gid for gid, name in enumerate(top.charset)}
    table, data, saved = DefaultTable("CFF "), io.BytesIO(), io.BytesIO()
    cff.compile(data, font)
    table.data = data.getvalue()
    result = TTFont(io.BytesIO(source), lazy=True, recalcTimestamp=False, recalcBBoxes=False)
    result.tables["CFF "] = table  # every other table byte for byte
    result.save(saved)
    return saved.getvalue()


def _in_one_dictionary(top, advances: list[int]) -> list:
    """All charstrings, rewritten for the ideographs' dictionary, the only one that is kept."""
    from fontTools.cffLib.transforms import desubroutinizeCharString

    select = top.FDSelect.gidArray
    main = max(set(select), key=list(select).count)
    private = top.FDArray[main].Private
    if (private.defaultWidthX, private.nominalWidthX) != (1000, 0):
        raise ValueError("another Noto Serif SC than the one this was written for: look at its font dictionaries")
    fixed_operands = {"rmoveto": 2, "hmoveto": 1, "vmoveto": 1}  # the other openers take an even number
    glyphs = []
    for gid, name in enumerate(top.charset):
        glyph, _ = top.CharStrings.getItemAndSelector(name)
        if select[gid] != main:
            desubroutinizeCharString(glyph)
            program = glyph.program
            operands = next(i for i, token in enumerate(program) if isinstance(token, str))
            opener = program[operands]
            has_width = operands > fixed_operands[opener] if opener in fixed_operands else operands % 2
            program[: 1 if has_width else 0] = [] if advances[gid] == 1000 else [advances[gid]]
            glyph.private = private
        glyphs.append(glyph)
    top.FDArray.items, top.FDSelect.gidArray = [top.FDArray[main]], [0] * len(glyphs)
    return glyphs


def _colour_profile() -> bytes:
    """sRGB as LittleCMS writes it, 0.6 KB where the usual one has 3, as version 4.2 and with a fixed date."""
    from PIL import ImageCms

    icc = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    icc[8:12], icc[24:36] = b"\x04\x20\0\0", struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    return bytes(icc)


def _advance_runs(serif: bytes, rare: bytes | None) -> list[list[int]]:
    """[first code, how many, thousandths of an em]: ten kilobytes for 91,000 characters, most of them one em wide."""
    from fontTools.ttLib import TTFont

    widths: dict[int, int] = {}
    for data in filter(None, (rare, serif)):  # the later wins, as the first family does in the CSS
        font = TTFont(io.BytesIO(data), lazy=True)
        metrics, em = font["hmtx"], font["head"].unitsPerEm
        for code, glyph in font.getBestCmap().items():
            char = chr(code)
            if char in SPACES or (unicodedata.category(char) not in INVISIBLE and not char.isspace()):
                widths[code] = round(metrics[glyph][0] * 1000 / em)
    runs: list[list[int]] = []
    for code in sorted(widths):
        if runs and code == runs[-1][0] + runs[-1][1] and widths[code] == runs[-1][2]:
            runs[-1][1] += 1
        else:
            runs.append([code, 1, widths[code]])
    return runs


if __name__ == "__main__":
    prepare_fonts(Path(sys.argv[1]))
