"""The issuer and its seal in Wagtail's admin: who may, and what a bad picture gets."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from certificates.facts import printed_facts
from certificates.models import Issuer
from people.models import RoleGrant
from people.services import grant_role
from tests.factories.certificates import CertificateFactory, IssuerFactory
from tests.factories.people import RegionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.MFA_REQUIRED_FOR_STAFF = False  # it has tests of its own


def somebody(client, role):
    user = UserFactory()
    grant_role(user=user, role=role, region=RegionFactory(), from_date=timezone.localdate())
    client.force_login(user)


def picture(size=(900, 900)) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, "white").save(data, "PNG")
    return data.getvalue()


def posted(issuer, **changes):
    return {"code": issuer.code, "name_zh": issuer.name_zh, "region": issuer.region_id, "phone": "1"} | changes


def test_a_registrar_uploads_the_seal_and_it_is_printed_small_and_served_nowhere(client, settings):
    issuer = IssuerFactory()
    somebody(client, RoleGrant.Role.REGISTRAR)
    address = f"/admin/snippets/certificates/issuer/edit/{issuer.pk}/"
    assert client.get(address).status_code == 200

    client.post(address, posted(issuer, seal=SimpleUploadedFile("x.png", picture(), "image/png")))

    issuer = Issuer.objects.get()
    assert issuer.seal.path.startswith(str(settings.DATA_DIR / "private"))
    assert Image.open(issuer.seal).size == (600, 600)
    assert not issuer.seal.path.startswith(str(settings.MEDIA_ROOT))
    assert client.get(issuer.seal.url).status_code == 404
    seal = printed_facts(CertificateFactory(issuer=issuer)).seal_png
    assert seal.startswith(b"\x89PNG")
    client.post(address, posted(issuer, remove_seal="on"))
    assert not Issuer.objects.get().seal


@pytest.mark.parametrize("data", [b"", b"not a picture", picture()[:200], b"<svg onload=alert(1)>"])
def test_a_broken_picture_gets_a_sentence(client, data):
    issuer = IssuerFactory()
    somebody(client, RoleGrant.Role.REGISTRAR)

    answer = client.post(
        f"/admin/snippets/certificates/issuer/edit/{issuer.pk}/",
        posted(issuer, name_zh="改名", seal=SimpleUploadedFile("x.png", data, "image/png")),
    )

    assert answer.status_code == 200
    assert not Issuer.objects.get().seal
    assert Issuer.objects.get().name_zh != "改名"


def test_a_number_starts_with_capital_letters(client):
    issuer = IssuerFactory()
    somebody(client, RoleGrant.Role.ADMINISTRATOR)

    client.post(f"/admin/snippets/certificates/issuer/edit/{issuer.pk}/", posted(issuer, code="q1"))

    assert Issuer.objects.get().code == "QM"


def test_a_trainer_may_not(client):
    issuer = IssuerFactory()
    somebody(client, RoleGrant.Role.TRAINER)

    answer = client.post(f"/admin/snippets/certificates/issuer/edit/{issuer.pk}/", posted(issuer, name_zh="改名"))

    assert answer.status_code in (302, 403)
    assert Issuer.objects.get().name_zh != "改名"
