"""What the engine needs of a machine: prepared fonts, libraries, settings; and what it makes of an uploaded seal."""

import io
import json
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from PIL import Image

from certificates import pdf
from certificates.pdf import doctor
from certificates.pdf import fonts as font_maker
from tests.certificates.pdf_help import HAS_HANAZONO, facts, seal, weasyprint_leaves_a_file_open

pytestmark = weasyprint_leaves_a_file_open


def test_prepared_font_draws_the_same_glyphs_and_its_cids_are_its_glyph_ids(fonts):
    stock = (Path(pylopdf_fonts_zh_cn.__file__).with_name("NotoSerifSC-Regular.otf")).read_bytes()
    before, after = (TTFont(io.BytesIO(data)) for data in (stock, (fonts / font_maker.SERIF).read_bytes()))
    cff = CFFFontSet()
    cff.decompile(io.BytesIO(after.reader["CFF "]), None)
    top = cff.topDictIndex[0]

    assert top.charset[1:] == [f"cid{gid:05d}" for gid in range(1, len(top.charset))]
    assert len(top.FDArray) == 1
    assert before["hmtx"].metrics == {
        name: after["hmtx"].metrics[other]
        for name, other in zip(before.getGlyphOrder(), after.getGlyphOrder(), strict=True)
    }
    for gid in range(0, len(top.charset), 97):
        drawn = []
        for font in (before, after):
            glyph, pen = font.getGlyphSet()[font.getGlyphName(gid)], RecordingPen()
            glyph.draw(pen)
            drawn.append((pen.value, glyph.width))
        assert drawn[0] == drawn[1], gid


def test_coverage_counts_what_names_need(fonts):
    runs = json.loads((fonts / font_maker.ADVANCES).read_text())["runs"]
    covered = {code for first, count, _ in runs for code in range(first, first + count)}

    assert set(range(0x4E00, 0xA000)) <= covered
    assert set(range(0x3400, 0x4DC0)) <= covered
    assert {ord(char) for char in "·〇㛃䶮㐂"} <= covered
    assert (len(covered & set(range(0x20000, 0x2A6E0))) > 42_000) == HAS_HANAZONO
    assert not covered & {0xAD, 0x200B, 0x202E, 0x300, 0x2066, 0x0A}
    assert (fonts / font_maker.ADVANCES).stat().st_size < 20_000


def test_preparing_again_does_nothing(fonts):
    before = {path.name: path.stat().st_mtime_ns for path in fonts.iterdir()}

    pdf.prepare_fonts(fonts)

    assert {path.name: path.stat().st_mtime_ns for path in fonts.iterdir()} == before


def test_fonts_are_prepared_anew_when_hanazono_appears_but_not_when_it_goes(tmp_path):
    here, gone = tmp_path / "HanaMinB.ttf", tmp_path / "absent.ttf"
    here.touch()

    def write(recipe, names):
        (tmp_path / font_maker.ADVANCES).write_text(json.dumps({"recipe": recipe, "fonts": names, "runs": []}))

    write(font_maker.RECIPE, [font_maker.SERIF])
    assert font_maker.is_prepared(tmp_path, gone)
    assert not font_maker.is_prepared(tmp_path, here)
    write(font_maker.RECIPE, [font_maker.SERIF, font_maker.RARE])
    assert font_maker.is_prepared(tmp_path, gone)
    write(font_maker.RECIPE - 1, [font_maker.SERIF, font_maker.RARE])
    assert not font_maker.is_prepared(tmp_path, here)


def test_without_hanazono_the_rest_is_printed_and_extension_b_refused(fonts, tmp_path):
    serif = (fonts / font_maker.SERIF).read_bytes()
    table = {"recipe": font_maker.RECIPE, "fonts": [font_maker.SERIF], "runs": font_maker._advance_runs(serif, None)}
    (tmp_path / font_maker.ADVANCES).write_text(json.dumps(table))
    for name in (font_maker.SERIF, font_maker.PROFILE):
        (tmp_path / name).symlink_to(fonts / name)

    assert pdf.render(facts(name="㛃䶮㐂"), tmp_path).startswith(b"%PDF")
    with pytest.raises(pdf.UnprintableText, match=r"U\+20BB7"):
        pdf.render(facts(name="𠮷"), tmp_path)


def test_available_says_nothing_here_and_names_a_command_for_each_lack(fonts, tmp_path, monkeypatch):
    assert [line for line in pdf.available(fonts) if not line.startswith("optional: ")] == []

    monkeypatch.setattr(doctor, "HANAZONO", tmp_path / "absent.ttf")
    monkeypatch.setattr(doctor, "_loads", lambda names: "harfbuzz" not in names[0])
    monkeypatch.setattr(doctor, "find_spec", lambda name: None if name == "pikepdf" else object())

    assert pdf.available(tmp_path) == [
        "libharfbuzz-subset0 is missing: apt-get install libharfbuzz-subset0",
        "pikepdf is missing: pip install pikepdf",
        "optional: fonts-hanazono is missing, names with characters of Extension B are refused: "
        f"apt-get install fonts-hanazono && python -m certificates.pdf.fonts {tmp_path}",
        f"the certificate's fonts are not prepared: python -m certificates.pdf.fonts {tmp_path}",
    ]


def test_weasyprint_found_the_subsetter():
    """Without it a certificate takes seven seconds and nothing fails."""
    from weasyprint.text.ffi import harfbuzz_subset

    assert harfbuzz_subset is not None


def test_settings_are_asked_in_one_place(settings, tmp_path):
    from certificates.pdf import installed

    settings.DATA_DIR, settings.CERTIFICATE_KEY_FILE = tmp_path, ""

    assert installed.fonts_folder() == tmp_path / "certificate-fonts"
    made = installed.signing_key()
    settings.CERTIFICATE_KEY_FILE = tmp_path / "demonstration-key" / "demonstration-key.pem"
    assert made.is_demonstration
    assert installed.signing_key().certificate == made.certificate


@pytest.mark.parametrize(
    ("mode", "kind"), [("CMYK", "JPEG"), ("RGB", "JPEG"), ("P", "PNG"), ("LA", "PNG"), ("I;16", "PNG")]
)
def test_any_picture_becomes_a_small_srgb_png(mode, kind):
    upload = io.BytesIO()
    Image.new(mode, (1500, 900)).save(upload, kind)

    with Image.open(io.BytesIO(pdf.normalise_seal(upload.getvalue()))) as made:
        assert (made.format, made.mode, max(made.size)) == ("PNG", "RGBA", 600)
        assert made.info == {}


@pytest.mark.parametrize(
    "upload", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", seal()[:300], b"%PDF-1.7"]
)
def test_what_is_no_picture_is_refused(upload):
    with pytest.raises(pdf.SealUnreadable):
        pdf.normalise_seal(upload)


def test_a_huge_picture_is_refused_before_decoding():
    upload = io.BytesIO()
    Image.new("1", (7000, 10)).save(upload, "PNG")

    with pytest.raises(pdf.SealUnreadable):
        pdf.normalise_seal(upload.getvalue())
