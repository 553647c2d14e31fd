"""Sample certificates and the independent tools that look at them, for test_pdf_*.py."""

import hashlib
import io
import json
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import numpy
import pymupdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFilter

from certificates import pdf
from certificates.pdf import fonts as font_maker
from certificates.pdf import keys

# WeasyPrint 70.0 leaves its colour profile open (pdf/pdfa.py); warnings are errors here. Every module takes this mark.
weasyprint_leaves_a_file_open = pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning")
HAS_HANAZONO = font_maker.HANAZONO.exists()
APART = 60  # of 255: sound pages differ by 33 to 54 between renderers, after a blur that forgives anti-aliasing


def facts(**changes) -> pdf.CertificateFacts:
    number = changes.get("number", "QM-2026-520624-000123-7")
    base = {
        "number": number,
        "name": "王芳",
        "programme_title": "农村留守儿童关爱保护社会工作基础培训",
        "programme_title_en": "Foundations of Social Work in the Care and Protection of Rural Left-behind Children",
        "hours": Decimal("48"),
        "from_date": date(2026, 9, 1),
        "to_date": date(2026, 11, 20),
        "issuer_name": "某某县青年社会工作服务中心",
        "signatory": "李明",
        "issued_date": date(2026, 11, 24),
        "verify_url": f"https://qingmiao.example/v/{number}",
        "region_name": "贵州省·铜仁市·思南县",
        "credential_json": stand_in_credential(number),
    }
    return pdf.CertificateFacts(**base | changes)


def stand_in_credential(number: str) -> bytes:
    """The size of an Open Badges 3.0 credential; it is made and checked elsewhere."""
    credential = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "id": f"https://qingmiao.example/v/{number}",
        "credentialSubject": {"identityHash": hashlib.sha256(number.encode()).hexdigest()},
        "proof": {"proofValue": hashlib.sha512(number.encode()).hexdigest() * 6},
    }
    return json.dumps(credential, ensure_ascii=False, indent=1).encode()


def seal() -> bytes:
    """A grey ring: a test needs an image, and no example of a seal may come from us."""
    ring, png = Image.new("RGBA", (500, 500)), io.BytesIO()
    ImageDraw.Draw(ring).ellipse((10, 10, 490, 490), outline=(90, 90, 90, 160), width=12)
    ring.save(png, "PNG")
    return png.getvalue()


LONG = {
    "programme_title": "农村留守儿童关爱保护与家庭教育指导专业人才能力提升示范培训项目"
    "（儿童督导员与儿童主任上岗及年度轮训合并班第二期）",
    "programme_title_en": "Care and Protection of Rural Left-behind Children and Guidance of Family Education: "
    "Combined Induction Course",
    "issuer_name": "积石山保安族东乡族撒拉族自治县未成年人救助保护中心与青年社会工作服务指导中心",
    "region_name": "甘肃省·临夏回族自治州·积石山保安族东乡族撒拉族自治县",
    "valid_until_date": date(2029, 11, 23),
}
CASES = {
    "short": facts(),
    "minority": facts(name="阿卜杜热西提·阿卜杜克热木·买买提依明"),
    "english": facts(
        name="Alexandra Konstantinopoulou-Montgomery",
        programme_title="Safeguarding Left-behind Children: an Induction for Overseas Volunteers",
        programme_title_en="",
        issuer_name="Qingmiao Youth Social Work Service Centre, Training and Certification Office",
        signatory="",
        region_name="",
    ),
    "rare": facts(name="㛃䶮𠮷㐂" if HAS_HANAZONO else "㛃䶮㐂"),
    "longest": facts(name=("阿卜杜热西提·阿卜杜克热木·买买提依明·" * 3)[:50].strip("·"), **LONG),
    "seal": facts(seal_png=seal(), result="优秀", hours=Decimal("4.50"), to_date=date(2026, 9, 1)),
    "markup": facts(name="<b>王&芳</b>", programme_title='"]]>&lt;?x?>--', issuer_name="</rdf:RDF>'\\()"),
}


@lru_cache
def unsigned(case: str, fonts: Path) -> bytes:
    return pdf.render(CASES[case], fonts)


@lru_cache
def signed(case: str, fonts: Path, key: keys.SigningKey) -> bytes:
    return pdf.sign(unsigned(case, fonts), key)


def needs(*programs: str) -> None:
    if absent := [program for program in programs if shutil.which(program) is None]:
        pytest.skip(f"{', '.join(absent)} not installed")


def run(*command, **options) -> subprocess.CompletedProcess:
    return subprocess.run([str(part) for part in command], capture_output=True, timeout=300, check=False, **options)


def pdfsig_is_content(data: bytes, folder: Path) -> bool:
    path = folder / "asked.pdf"
    path.write_bytes(data)
    said = run("pdfsig", "-nocert", path).stdout
    return b"Signature is Valid" in said and b"Total document signed" in said


@lru_cache(maxsize=32)
def pictures(data: bytes, dpi: int = 100) -> dict[str, Image.Image]:
    """The page as poppler, MuPDF and PDFium draw it, at one size."""
    needs("pdftoppm")
    png = run("pdftoppm", "-r", dpi, "-png", "-", input=data).stdout
    pixels = pymupdf.open(stream=data)[0].get_pixmap(dpi=dpi)
    images = {
        "poppler": Image.open(io.BytesIO(png)).convert("RGB"),
        "mupdf": Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples),
        "pdfium": pypdfium2.PdfDocument(data)[0].render(scale=dpi / 72).to_pil().convert("RGB"),
    }
    return {name: image.resize(images["poppler"].size) for name, image in images.items()}


def greatest_difference(one: Image.Image, other: Image.Image) -> float:
    grey = [numpy.asarray(i.convert("L").filter(ImageFilter.GaussianBlur(2)), dtype=float) for i in (one, other)]
    return float(abs(grey[0] - grey[1]).max())


def ink_of_the_name(image: Image.Image) -> int:
    """Dark pixels in the place of the name; the rosette behind it is pale and does not count."""
    pixel = image.width / 297
    place = image.convert("L").crop(tuple(round(mm * pixel) for mm in (43.5, 73, 253.5, 94)))
    return int((numpy.asarray(place) < 110).sum())
