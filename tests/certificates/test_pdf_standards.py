"""PDF/A-3a and PDF/UA-1 by two independent validators, before and after signing, and twins that they must refuse."""

import io
import shutil
from pathlib import Path
from types import SimpleNamespace

import page
import pikepdf
import pylopdf_fonts_zh_cn
import pytest
from fontTools.cffLib import CFFFontSet
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from certificates import pdf
from certificates.pdf import drawing, signing
from certificates.pdf import fonts as font_maker
from tests.certificates.pdf_help import (
    APART,
    CASES,
    greatest_difference,
    needs,
    pictures,
    run,
    signed,
    unsigned,
    weasyprint_leaves_a_file_open,
)

pytestmark = weasyprint_leaves_a_file_open
FLAVOURS = ("3a", "ua1")


# page-validation 0.11 takes a stream whose last byte is CR, with the LF before "endstream", for one byte too short. One
# compressed stream in 256 ends so; veraPDF reads it rightly.
MISREAD = "PDFA3A-STREAM-LENGTH-001"


def page_validation(data: bytes, folder: Path) -> dict[str, list[str]]:
    path = folder / "asked.pdf"
    path.write_bytes(data)
    reports = {flavour: page.validate_pdf(str(path), profile=flavour) for flavour in FLAVOURS}
    misread = {MISREAD} if b"\r\nendstream" in data else set()
    rules = {name: [one.rule_id for one in report.failures] for name, report in reports.items()}
    return {name: broken for name, broken in rules.items() if set(broken) - misread}


@pytest.mark.servers
def test_verapdf_accepts_every_sample(verapdf, fonts, key, tmp_path):
    files = {f"{case}-unsigned.pdf": unsigned(case, fonts) for case in CASES}
    files |= {f"{case}.pdf": signed(case, fonts, key) for case in CASES}

    verdicts = verapdf(files, tmp_path)

    assert verdicts == {(name, flavour): [] for name in files for flavour in FLAVOURS}


@pytest.mark.parametrize("case", CASES)
def test_page_validation_accepts(case, fonts, key, tmp_path):
    assert page_validation(unsigned(case, fonts), tmp_path) == {}
    assert page_validation(signed(case, fonts, key), tmp_path) == {}


@pytest.mark.parametrize("case", CASES)
def test_file_is_sound(case, fonts, key, tmp_path):
    needs("qpdf")
    path = tmp_path / "certificate.pdf"
    path.write_bytes(signed(case, fonts, key))

    assert run("qpdf", "--check", path).returncode == 0


@pytest.mark.parametrize("case", ["short", "seal"])
def test_credential_is_attached_once_byte_for_byte(case, fonts, key):
    with pikepdf.open(io.BytesIO(signed(case, fonts, key))) as file:
        attached = {name: spec.get_file().read_bytes() for name, spec in file.attachments.items()}
        relations = [str(one.AFRelationship) for one in file.Root.AF]

    assert attached == {"credential.json": CASES[case].credential_json}
    assert relations == ["/Data"]


# Twins: each of these is a way of making the file that once seemed to work.


def one_cid_too_high(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as file:
        font = next(o for o in file.objects if isinstance(o, pikepdf.Dictionary) and "/FontFile3" in o).FontFile3
        cff, out = CFFFontSet(), io.BytesIO()
        cff.decompile(io.BytesIO(font.read_bytes()), None)
        top = cff.topDictIndex[0]
        strings = top.CharStrings
        top.charset = [".notdef"] + [f"cid{int(name[3:]) + 1:05d}" for name in top.charset[1:]]
        strings.charStrings = {name: index for index, name in enumerate(top.charset)}
        cff.compile(out, SimpleNamespace(recalcBBoxes=False))
        font.write(out.getvalue())
        saved = io.BytesIO()
        file.save(saved)
        return saved.getvalue()


def without_the_finisher(fonts, monkeypatch) -> bytes:
    press = drawing._press(fonts)
    with monkeypatch.context() as patch:
        patch.setattr(press, "finish", lambda document, file: None)
        return pdf.render(CASES["short"], fonts)


def with_the_usual_writer(data, key, monkeypatch) -> bytes:
    with monkeypatch.context() as patch:
        patch.setattr(signing, "QuietWriter", IncrementalPdfFileWriter)
        return pdf.sign(data, key)


def with_a_visible_stamp(data, key) -> bytes:
    return signers.sign_pdf(
        signing.QuietWriter(io.BytesIO(data)),
        signers.PdfSignatureMetadata(field_name="S"),
        signer=signing.OpenKeySigner(key),
        new_field_spec=fields.SigFieldSpec("S", on_page=0, box=(20, 20, 200, 80)),
    ).getvalue()


def with_the_packages_own_font(fonts, folder) -> bytes:
    stock = shutil.copytree(fonts, folder / "stock")
    shutil.copy(Path(pylopdf_fonts_zh_cn.__file__).with_name("NotoSerifSC-Regular.otf"), stock / font_maker.SERIF)
    return pdf.render(CASES["short"], stock)


@pytest.mark.servers
def test_verapdf_refuses_the_twins(verapdf, fonts, key, tmp_path, monkeypatch):
    plain = unsigned("short", fonts)
    files = {
        "finisher.pdf": without_the_finisher(fonts, monkeypatch),
        "stamp.pdf": with_a_visible_stamp(plain, key),
        "cid.pdf": one_cid_too_high(signed("short", fonts, key)),
        "font.pdf": with_the_packages_own_font(fonts, tmp_path),
    }

    broken = {place: rules for place, rules in verapdf(files, tmp_path).items() if rules}

    assert {name for name, _ in broken} == set(files)
    assert "6.2.11.4.1-2" in broken["cid.pdf", "3a"]
    assert "6.2.11.4.1-2" in broken["font.pdf", "3a"]
    assert ("finisher.pdf", "ua1") in broken


def test_page_validation_refuses_the_usual_writer(fonts, key, tmp_path, monkeypatch):
    data = with_the_usual_writer(unsigned("short", fonts), key, monkeypatch)

    assert "3a" in page_validation(data, tmp_path)


def test_one_cid_too_high_is_seen_by_eye(fonts):
    good, twin = unsigned("short", fonts), one_cid_too_high(unsigned("short", fonts))

    poppler, mupdf = pictures(good)["poppler"], pictures(twin)["mupdf"]

    assert greatest_difference(poppler, mupdf) > APART
