"""The issuer in Wagtail's admin: who may, and what its number begins with. Its seal: test_designs.py."""

import pytest
from django.utils import timezone

from certificates.models import Issuer
from people.models import RoleGrant
from people.services import grant_role
from tests.factories.certificates import IssuerFactory
from tests.factories.people import RegionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.MFA_REQUIRED_FOR_STAFF = False  # it has tests of its own


def somebody(client, role):
    user = UserFactory()
    grant_role(user=user, role=role, region=RegionFactory(), from_date=timezone.localdate())
    client.force_login(user)


def posted(issuer, **changes):
    return {"code": issuer.code, "name_zh": issuer.name_zh, "region": issuer.region_id, "phone": "1"} | changes


def test_a_registrar_changes_the_name_and_is_led_to_the_design(client):
    issuer = IssuerFactory()
    somebody(client, RoleGrant.Role.REGISTRAR)
    address = f"/admin/snippets/certificates/issuer/edit/{issuer.pk}/"
    assert "证书样式" in client.get(address).content.decode()

    client.post(address, posted(issuer, name_zh="青禾县培训中心"))

    assert Issuer.objects.get().name_zh == "青禾县培训中心"


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
