"""What a person sees, hears or scans: three renderers, the QR code, the tags, the places of the texts."""

import io
import random
import re
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pikepdf
import pylopdf_fonts_zh_cn
import pymupdf
import pytest
import zxingcpp
from PIL import ImageOps

from certificates import pdf
from certificates.pdf import fonts as font_maker
from tests.certificates.pdf_help import (
    APART,
    CASES,
    facts,
    greatest_difference,
    ink_of_the_name,
    needs,
    pictures,
    run,
    signed,
    unsigned,
    weasyprint_leaves_a_file_open,
)

pytestmark = weasyprint_leaves_a_file_open


@pytest.mark.parametrize("case", CASES)
def test_three_renderers_agree_and_show_the_name(case, fonts, key):
    images = pictures(signed(case, fonts, key))

    apart = {name: greatest_difference(images["poppler"], images[name]) for name in ("mupdf", "pdfium")}
    assert max(apart.values()) <= APART, apart
    ink = {name: ink_of_the_name(image) for name, image in images.items()}
    assert min(ink.values()) > 150, ink
    assert max(ink.values()) < 1.3 * min(ink.values()), ink


def test_the_packages_own_font_would_leave_the_name_blank(fonts, tmp_path):
    """The twin of the test above, and the reason for fonts.py: CIDs that are not glyph ids."""
    stock = shutil.copytree(fonts, tmp_path / "stock")
    package = Path(pylopdf_fonts_zh_cn.__file__).with_name("NotoSerifSC-Regular.otf")
    shutil.copy(package, stock / font_maker.SERIF)

    images = pictures(pdf.render(CASES["short"], stock))

    assert ink_of_the_name(images["mupdf"]) == 0


@pytest.mark.parametrize("case", CASES)
def test_qr_code_is_read_from_every_renderer_at_100_dpi(case, fonts, key):
    images = pictures(signed(case, fonts, key))

    read = {name: [code.text for code in zxingcpp.read_barcodes(image)] for name, image in images.items()}
    assert read == {name: [CASES[case].verify_url] for name in images}


def words_of(certificate: pdf.CertificateFacts) -> list[str]:
    def day(date):
        return f"{date.year}年{date.month}月{date.day}日"

    return [
        *("培训合格证书", "Certificate of Training", "兹证明", certificate.name, "完成下列培训"),
        *(certificate.programme_title, certificate.programme_title_en, certificate.hours_shown + "学时"),
        *(day(certificate.from_date), day(certificate.to_date), certificate.result, certificate.number),
        *(certificate.issuer_name, certificate.region_name, certificate.signatory, day(certificate.issued_date)),
        *([f"有效期至 Valid until {day(certificate.valid_until_date)}"] if certificate.valid_until_date else []),
        *(certificate.address_shown, "本证书只证明培训，不是国家职业资格或职业水平证书。"),
    ]


def missing_in_order(words: list[str], text: str) -> list[str]:
    """The words that do not follow their predecessors; the same day twice may be shown once."""
    text, place, absent = "".join(text.split()), 0, []
    for word in dict.fromkeys("".join(word.split()) for word in words):
        found = text.find(word, place)
        if found < 0:
            absent.append(word)
        else:
            place = found + len(word)
    return absent


@pytest.mark.parametrize("case", CASES)
def test_text_comes_out_in_reading_order(case, fonts, key, tmp_path):
    needs("pdftotext")
    path = tmp_path / "certificate.pdf"
    path.write_bytes(signed(case, fonts, key))

    text = run("pdftotext", "-raw", path, "-").stdout.decode()

    assert missing_in_order(words_of(CASES[case]), text) == []


@pytest.mark.parametrize("case", CASES)
def test_tags_tell_the_page_in_order(case, fonts):
    tree = structure(unsigned(case, fonts))

    assert missing_in_order(words_of(CASES[case]), "".join(text for *_, text in tree)) == []
    roles = [role for role, *_ in tree]
    assert (roles.count("H1"), roles.count("Lbl"), roles.count("LBody")) == (1, 4, 4)
    figures = [alt for role, _, alt, _ in tree if role == "Figure"]
    assert len(figures) == (2 if CASES[case].seal_png else 1)
    assert all(figures)
    assert sum(language == "en" for _, language, *_ in tree) >= 10


def structure(data: bytes) -> list[tuple[str, str, str, str]]:
    """(role, language, alt, text) in reading order, the text taken through /ToUnicode."""
    with pikepdf.open(io.BytesIO(data)) as file:
        page, fonts, texts, font, mark = file.pages[0], {}, {}, None, None
        for name, value in page.Resources.Font.items():
            pairs = re.findall("^<([0-9a-f]{4})> <([0-9a-f]+)>$", value.ToUnicode.read_bytes().decode(), re.M)
            fonts[name] = {code: bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "BDC":
                    mark = int(operands[1].MCID)
                case "EMC":
                    mark = None
                case "Tf":
                    font = fonts[str(operands[0])]
                case "TJ":
                    codes = "".join(bytes(part).hex() for part in operands[0] if isinstance(part, pikepdf.String))
                    shown = "".join(font[codes[i : i + 4]] for i in range(0, len(codes), 4))
                    texts[mark] = texts.get(mark, "") + shown

        def walk(element):
            kids = element.get("/K", [])
            kids = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
            own = "".join(texts.get(int(kid), "") for kid in kids if isinstance(kid, int))
            yield str(element.S)[1:], str(element.get("/Lang", "")), str(element.get("/Alt", "")), own
            for kid in kids:
                if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                    yield from walk(kid)

        return list(walk(file.Root.StructTreeRoot.K[0]))


def outside_the_frame(data: bytes) -> list[tuple]:
    words = pymupdf.open(stream=data)[0].get_text("words")
    boxes = [(*(value / 72 * 25.4 for value in word[:4]), word[4]) for word in words]
    return [box for box in boxes if box[0] < 32.5 or box[2] > 264.5 or box[1] < 18 or box[3] > 192]


@pytest.mark.parametrize("case", CASES)
def test_no_word_leaves_the_frame(case, fonts):
    assert outside_the_frame(unsigned(case, fonts)) == []


def test_no_length_of_name_leaves_the_frame(fonts):
    chance, crowded = random.Random(7), []
    for length in range(2, 51, 3):
        name = [chance.choice("阿卜杜热西提买依明王芳") for _ in range(length)]
        name[6 : length - 1 : 7] = "·" * len(name[6 : length - 1 : 7])
        latin = " ".join("Montgomery"[: 2 + length % 8] for _ in range(6))[:length].strip()
        chinese = {
            "name": "".join(name),
            "programme_title": "农村留守儿童关爱保护工作" * (1 + length % 5),
            "issuer_name": "未成年人保护中心" * (1 + length % 6),
        }
        crowded += [
            change for change in (chinese, {"name": latin}) if outside_the_frame(pdf.render(facts(**change), fonts))
        ]

    assert crowded == []


def test_a_larger_name_would_leave_the_frame(fonts, monkeypatch):
    """The twin: without fitting, the same check finds words outside."""
    from certificates.pdf import fitting

    monkeypatch.setitem(fitting.PLACES, "name", fitting.Place(2100, 34, 14))

    assert outside_the_frame(pdf.render(CASES["longest"], fonts))


def test_the_frame_is_centred(fonts):
    image = pictures(unsigned("short", fonts))["pdfium"]

    left, top, right, bottom = ImageOps.invert(image.convert("L")).getbbox()
    assert abs(left - image.width + right) <= 2
    assert abs(top - image.height + bottom) <= 2


@pytest.mark.parametrize("case", [case for case in CASES if case != "seal"])
def test_a_signed_certificate_is_small(case, fonts, key):
    assert len(signed(case, fonts, key)) <= (50 if case == "longest" else 45) * 1024
    assert len(unsigned(case, fonts)) <= 45 * 1024


def test_without_a_seal_only_the_words_mark_its_place(fonts):
    with_seal, without = ("".join(text for *_, text in structure(unsigned(case, fonts))) for case in ("seal", "short"))

    assert "盖章处" in without
    assert "盖章处" not in with_seal
    assert b"/Subtype /Image" not in unsigned("short", fonts)


def test_the_same_facts_make_the_same_file(fonts):
    assert pdf.render(CASES["short"], fonts) == unsigned("short", fonts)


def test_metadata_is_well_formed_whatever_the_names(fonts):
    with pikepdf.open(io.BytesIO(unsigned("markup", fonts))) as file:
        xmp = ElementTree.fromstring(file.Root.Metadata.read_bytes())

        assert str(file.docinfo.Author) == CASES["markup"].issuer_name
    assert CASES["markup"].issuer_name in "".join(xmp.itertext())
