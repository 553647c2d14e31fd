"""The registrar's desk through the door: her county's certificates and nobody else's; each turn asked twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates.models import CertificateEvent, Status
from certificates.selectors import status_on
from certificates.services import replace_certificate, revoke_certificate
from courses.models import CertificationPeriod, Standing
from people.models import AuditEntry, Region, RoleGrant
from tests.factories.certificates import CertificateFactory
from tests.factories.people import MembershipFactory, OrganisationFactory, RegionFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
REGISTRAR = RoleGrant.Role.REGISTRAR


def issued(region, name="田春梅", **more):
    return CertificateFactory(learner__name=name, region=region, issued_at=timezone.now() - timedelta(days=3), **more)


def page(client, path=""):
    return client.get(f"/desk/certificates/{path}").content.decode()


def test_the_register_shows_her_county_down_to_the_township_and_nobody_elses(client, registrar, county):
    township = RegionFactory(code="990321104", parent=county, level=Region.Level.TOWNSHIP)
    neighbour = RegionFactory(code="990322", name="邻县")
    hers = [issued(county, "田春梅"), issued(township, "罗秀云")]
    other = issued(neighbour, "别县人")

    shown = page(client)

    assert all(one.number in shown and one.name in shown for one in hers)
    assert "证书登记，2 张" in shown
    for query in ("", f"?q={other.number}", "?q=别县人", "?county=邻县", "?status=valid"):
        assert "别县人" not in page(client, query).replace("“别县人”", "").replace('value="别县人"', "")
    for tail in ("", "revoke/", "reinstate/"):
        assert client.get(f"/desk/certificates/{other.uuid}/{tail}").status_code == 404
    answer = client.post(f"/desk/certificates/{other.uuid}/revoke/", {"reason": "越界", "sure": "yes"})
    assert answer.status_code == 404
    assert other.events.count() == 1


def test_a_certificate_stays_with_its_county_when_its_holder_moves(client, registrar, county):
    certificate = issued(county)
    MembershipFactory(user=certificate.learner, organisation__region=RegionFactory())

    assert certificate.number in page(client)


def test_a_registrar_of_an_organisation_sees_those_in_its_posts(client, county):
    agency = OrganisationFactory(region=county)
    user = UserFactory()
    RoleGrantFactory(user=user, role=REGISTRAR, region=None, organisation=agency)
    client.force_login(user)
    inside, outside = issued(RegionFactory(), "机构里的人"), issued(county, "机构外的人")
    MembershipFactory(user=inside.learner, organisation=agency)

    shown = page(client)

    assert inside.name in shown
    assert outside.name not in shown


@pytest.mark.parametrize("role", [None, RoleGrant.Role.STAFF, RoleGrant.Role.TRAINER])
def test_nobody_else_opens_the_register(client, county, role):
    certificate = issued(county)
    assert client.get("/desk/certificates/").status_code == 302
    user = UserFactory()
    if role:
        RoleGrantFactory(user=user, role=role, region=county)
    client.force_login(user)

    for path in ("", f"{certificate.uuid}/", f"{certificate.uuid}/revoke/", f"{certificate.uuid}/reinstate/"):
        assert client.get(f"/desk/certificates/{path}").status_code == 403


def test_yesterdays_registrar_is_nobody_today(client, registrar, county):
    RoleGrant.objects.update(to_date=timezone.localdate())

    assert client.get("/desk/certificates/").status_code == 403


def test_search_by_name_number_county_and_status(client, registrar, county):
    township = RegionFactory(code="990321104", parent=county, level=Region.Level.TOWNSHIP, name="高寨乡")
    one, two = issued(county, "田春梅"), issued(township, "罗秀云")
    revoke_certificate(certificate=two, actor=registrar, reason="重复", at=timezone.now())
    typed = one.number.lower().replace("-", "%20")

    found = {
        "?q=春梅": (True, False),
        f"?q={typed}": (True, False),
        "?county=高寨乡": (False, True),
        "?county=990321104": (False, True),
        "?status=revoked": (False, True),
        "?status=valid": (True, False),
        "?q=没有这个人": (False, False),
    }
    assert {q: (one.number in page(client, q), two.number in page(client, q)) for q in found} == found
    assert "没有找到证书" in page(client, "?q=没有这个人")


def test_revoking_asks_for_a_reason_then_once_more_and_shows_at_once(client, registrar, county):
    certificate = issued(county)
    address = f"/desk/certificates/{certificate.uuid}/revoke/"

    empty = client.post(address, {"reason": "  ", "sure": "yes"})
    asked = client.post(address, {"reason": "发证时信息有误"})
    before = certificate.events.count()
    done = client.post(address, {"reason": "发证时信息有误", "sure": "yes"})
    again = client.post(address, {"reason": "又一次", "sure": "yes"})

    assert (empty.status_code, "请写明理由" in empty.content.decode()) == (422, True)
    assert "查询页会马上显示“已撤销”。这一步有记录，不能删除。" in asked.content.decode()
    assert before == 1
    assert done.status_code == again.status_code == 302
    assert status_on(certificate, timezone.localdate()) is Status.REVOKED
    assert list(certificate.events.values_list("kind", "actor", "reason")) == [
        ("issued", None, ""),
        ("revoked", registrar.pk, "发证时信息有误"),
    ]
    assert AuditEntry.objects.get(verb="certificate_revoked").actor == registrar
    assert "这张证书已撤销" in client.get(f"/v/{certificate.verify_code}/").content.decode()
    shown = page(client, f"{certificate.uuid}/")
    assert "发证时信息有误" in shown
    assert "发证人甲" in shown


def test_reinstating_gives_it_back_under_its_number(client, registrar, county):
    certificate = issued(county)
    address = f"/desk/certificates/{certificate.uuid}/reinstate/"
    assert client.get(address).status_code == 302  # nothing to give back
    revoke_certificate(certificate=certificate, actor=registrar, reason="误会", at=timezone.now())

    client.post(address, {"reason": "复核后恢复", "sure": "yes"})

    assert status_on(certificate, timezone.localdate()) is Status.VALID
    assert CertificateEvent.objects.filter(kind="reinstated", reason="复核后恢复", actor=registrar).count() == 1
    assert certificate.number in client.get("/desk/certificates/?status=valid").content.decode()


def test_opening_a_page_changes_nothing(client, registrar, county):
    certificate = issued(county)

    for path in ("", f"{certificate.uuid}/", f"{certificate.uuid}/revoke/?reason=x&sure=yes"):
        client.get(f"/desk/certificates/{path}")

    assert certificate.events.count() == 1


def test_hostile_words_are_printed_as_words(client, registrar, county):
    certificate = issued(county, programme_title_zh="<script>alert(1)</script>")
    revoke_certificate(certificate=certificate, actor=registrar, reason="<img src=x onerror=1>", at=timezone.now())

    for path in ("", f"{certificate.uuid}/", "?q=<script>alert(1)"):
        shown = page(client, path)
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


def test_the_register_costs_the_same_for_one_and_for_twenty(client, registrar, county):
    issued(county)
    with CaptureQueriesContext(connection) as one:
        page(client)
    for _ in range(19):
        issued(county)

    with CaptureQueriesContext(connection) as twenty:
        page(client)

    assert len(twenty) == len(one)


def test_a_corrected_certificate_is_listed_beside_its_successor(client, registrar, county):
    old = issued(county)
    new = replace_certificate(certificate=old, actor=registrar, reason="姓名写错", at=timezone.now())

    assert old.number not in page(client, "?status=valid")
    assert new.number in page(client, "?status=valid")
    assert old.number in page(client, "?status=superseded")
    assert not CertificationPeriod.objects.exists()
    assert not Standing.objects.exists()
