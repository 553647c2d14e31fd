"""证书样式 looked at before it is saved: specimens on the hardest names, and words that would be more than words."""

import io

import pymupdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from certificates import pdf, services
from certificates.models import CertificateDesign
from certificates.models.design import FIRST_WORDS, WORDS
from certificates.numbers import read_number
from certificates.specimens import NO_NUMBER, TRIES, rare_name, specimen
from tests.certificates.design_desk import (
    PAGE,
    PREVIEW,
    SHORT,
    _a_desk,
    both,
    issuer,
    registrar,
    ring,
    save,
    typed,
    upload,
    words_of,
)
from tests.certificates.pdf_help import HAS_HANAZONO, pictures, weasyprint_leaves_a_file_open
from tests.certificates.test_pdf_hostile import PAYLOADS, listener
from tests.factories.certificates import IssuerFactory

pytestmark = [pytest.mark.django_db, weasyprint_leaves_a_file_open]
__all__ = ["_a_desk", "both", "issuer", "listener", "registrar"]


@pytest.mark.parametrize("key", TRIES)
def test_the_preview_is_a_specimen_on_each_name(client, issuer, registrar, key):
    answer = client.post(reverse(PREVIEW, args=[issuer.code]), typed(key=key, title_zh="试试看培训证书"))

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    shown = words_of(answer.content)
    assert "样张SPECIMEN" in shown
    assert "试试看培训证书" in shown
    assert "".join(specimen(CertificateDesign(issuer=issuer, **FIRST_WORDS), key).name.split()) in shown
    with pymupdf.open(stream=answer.content) as file:
        assert len(file) == 1
        assert file.embfile_names() == []
        assert file[0].get_links() == []
        assert file.get_sigflags() <= 0
    assert not CertificateDesign.objects.exists()


def test_a_specimen_has_no_number_and_no_code_that_a_phone_reads(issuer):
    import zxingcpp

    page = pdf.render(specimen(CertificateDesign(issuer=issuer, **FIRST_WORDS)))

    assert read_number(NO_NUMBER) is None
    for image in pictures(page, 200).values():
        assert zxingcpp.read_barcodes(image) == []


def test_the_rarest_name_holds_extension_b_where_its_font_is(issuer):
    assert (max(map(ord, rare_name())) > 0xFFFF) is HAS_HANAZONO


def test_the_picture_is_a_png_and_says_what_stands_in_its_way(client, issuer, both):
    address = reverse(PREVIEW, args=[issuer.code])
    sound = client.post(address, typed(**{"as": "png", "note": "", "in_force_from": "", "seal": upload(ring())}))
    opaque = client.post(address, typed(**{"as": "png", "seal": upload(ring(kind="JPEG"))}))
    refused = client.post(address, typed(**{"as": "png", "text_zh": "很长" * 40}))

    assert Image.open(io.BytesIO(sound.content)).size == (1200, 849)
    assert "X-Seal-Covers" not in sound
    assert opaque["X-Seal-Covers"] == "1"
    assert refused.status_code == 422
    assert refused.json()["problems"][0].startswith("姓名下面的话：太长了")
    assert client.get(address).status_code == 405


def test_without_script_a_button_shows_what_is_typed_in_the_page(client, issuer, registrar):
    answer = client.post(reverse(PAGE, args=[issuer.code]), typed(do="look", key="rare", title_zh="没存的培训证书"))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "没存的培训证书" in page
    assert 'data-picture src="data:image/png;base64,' in page
    assert not CertificateDesign.objects.exists()


def test_a_saved_version_is_looked_at_from_the_history(client, issuer, registrar):
    address = reverse("certificate_design_specimen", args=[issuer.code, 1])
    assert "培训合格证书" in words_of(client.get(address).content)  # before anything was saved
    save(client, issuer, title_zh="第二版培训证书")

    assert "第二版培训证书" in words_of(
        client.get(reverse("certificate_design_specimen", args=[issuer.code, 2])).content
    )
    assert "培训合格证书" in words_of(client.get(address).content)
    assert client.get(reverse("certificate_design_specimen", args=[issuer.code, 3])).status_code == 404


def test_a_machine_that_cannot_print_says_so_and_lets_the_words_be_changed(client, issuer, registrar, monkeypatch):
    from certificates.views import designs

    monkeypatch.setattr(designs, "missing_here", lambda: ["libpango-1.0-0 is missing: apt-get install libpango-1.0-0"])

    assert "apt-get install libpango-1.0-0" in client.get(reverse(PAGE, args=[issuer.code])).content.decode()
    assert client.post(reverse(PREVIEW, args=[issuer.code]), typed()).status_code == 422
    assert client.get(reverse("certificate_design_specimen", args=[issuer.code, 1])).status_code == 503
    assert save(client, issuer).status_code == 302


@pytest.mark.parametrize("name", [*WORDS, "signatory", "signatory_post"])
def test_hostile_words_in_a_design_are_words(client, issuer, registrar, listener, name):
    address, asked = listener
    tried = 0
    for raw in [*PAYLOADS, *SHORT]:
        payload = raw.format(net=address, file="file:///etc/hostname")
        answer = client.post(reverse(PREVIEW, args=[issuer.code]), typed(**{name: payload}))
        if answer.status_code == 422:  # no room, or none of a certificate's letters
            continue
        tried += 1
        assert "".join(payload.split()) in words_of(answer.content)
        assert pymupdf.open(stream=answer.content)[0].get_links() == []
    assert asked == []
    assert tried >= len(SHORT)


def test_hostile_words_saved_are_escaped_on_the_page(client, issuer, registrar):
    save(client, issuer, lead_zh="<script>alert(1)</script>", note='"><img src=x onerror=alert(2)>')

    page = client.get(reverse(PAGE, args=[issuer.code])).content.decode()

    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_pages_cost_the_same_with_few_and_with_many_versions(client, issuer, registrar):
    def cost(name, *args) -> int:
        """What the page itself asks; the admin's frame and the door cost the same everywhere."""
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(name, args=args))
        return len([query for query in asked if "certificates_" in query["sql"]])

    save(client, issuer)
    cost(PAGE, issuer.code)
    few = cost(PAGE, issuer.code), cost("certificate_designs")
    for number in range(2, 60):
        save(client, issuer, based_on=str(number))
    for code in ("QA", "QB", "QC", "QD"):
        services.first_design(issuer=IssuerFactory(code=code, region=issuer.region), at=timezone.now())

    assert (cost(PAGE, issuer.code), cost("certificate_designs")) == few
    assert max(few) <= 6
    assert "更早的" in client.get(reverse(PAGE, args=[issuer.code])).content.decode()
