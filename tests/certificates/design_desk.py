"""What the tests of certificate designs share: who sits at the desk, what she types, what stands on a page."""

import io

import pymupdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageDraw

from certificates.models.design import FIRST_WORDS
from config.roles import build_groups
from people.models import RoleGrant
from tests.factories.certificates import IssuerFactory
from tests.factories.people import RoleGrantFactory

Role = RoleGrant.Role
PAGE = "certificate_design"
PREVIEW = "certificate_design_preview"
SHORT = ["<b>x</b>", "<img src=//x/1>", "{{{{ facts }}}}", "&lt;b&gt;", "</h1><br>"]  # room for them is everywhere


@pytest.fixture(autouse=True)
def _a_desk(settings):
    settings.MFA_REQUIRED_FOR_STAFF = False
    build_groups()


@pytest.fixture
def issuer():
    return IssuerFactory()


def holder(client, role, region):
    grant = RoleGrantFactory(role=role, region=region)
    client.force_login(grant.user)
    return grant.user


@pytest.fixture
def registrar(client, issuer):
    return holder(client, Role.REGISTRAR, issuer.region)


@pytest.fixture
def both(client, issuer):
    """One person with both hands: what a small office may do."""
    user = holder(client, Role.REGISTRAR, issuer.region)
    RoleGrantFactory(user=user, role=Role.SEAL_KEEPER, region=issuer.region)
    return user


def ring(size=(400, 400), kind="PNG", ground=(0, 0, 0, 0), **saving) -> bytes:
    image, data = Image.new("RGBA", size, ground), io.BytesIO()
    ImageDraw.Draw(image).ellipse((10, 10, size[0] - 10, size[1] - 10), outline=(90, 90, 90, 255), width=12)
    (image if kind == "PNG" else image.convert("RGB")).save(data, kind, **saving)
    return data.getvalue()


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("章.png", data, "image/png")


def typed(**changes) -> dict:
    """The form as it stands, with what she changes."""
    words = FIRST_WORDS | {"signatory": "周明远", "signatory_post": "主任"}
    rest = {"in_force_from": timezone.localdate().isoformat(), "note": "换了签发人", "based_on": "1", "do": "save"}
    return words | rest | changes


def save(client, issuer, **changes):
    return client.post(reverse(PAGE, args=[issuer.code]), typed(**changes))


def words_of(data: bytes) -> str:
    return "".join(pymupdf.open(stream=data)[0].get_text().split())
