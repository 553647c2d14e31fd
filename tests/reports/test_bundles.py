"""The certificates of a county in one ZIP, through the registrar's door and a worker's task."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import load_workbook

from certificates.models import CertificatePdf
from certificates.services import revoke_certificate
from people.models import AuditEntry, Message, RoleGrant
from reports.models import Export
from reports.tasks import write_export
from tests.factories.certificates import CertificateFactory
from tests.factories.people import RegionFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/desk/certificates/bundles/"


def issued(region, name):
    return CertificateFactory(learner__name=name, region=region, issued_at=timezone.now() - timedelta(days=3))


def fetched(client, export) -> ZipFile:
    answer = client.get(reverse("reports:bundle_file", args=[export.uuid]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].endswith('.zip"')
    return ZipFile(BytesIO(b"".join(answer.streaming_content)))


def rows_of(bundle: ZipFile) -> list[list]:
    return load_workbook(BytesIO(bundle.read("register.xlsx"))).get_sheet_by_index(1).to_python()[1:]


def test_a_county_is_counted_bundled_by_a_worker_and_fetched_by_whoever_asked(client, registrar, county):
    hers = [issued(county, "田春梅"), issued(county, "=1+1号")]
    other = issued(RegionFactory(code="990322"), "别县人")
    assert "打包 2 张" in client.get(PAGE).content.decode()

    client.post(PAGE)
    client.post(PAGE)  # pressed twice, asked once
    export = Export.objects.get()
    assert "排队中" in client.get(PAGE).content.decode()
    assert client.get(reverse("reports:bundle_file", args=[export.uuid])).status_code == 404
    write_export(export.pk)
    write_export(export.pk)

    bundle = fetched(client, export)
    assert sorted(bundle.namelist()) == sorted([*(f"{one.number}.pdf" for one in hers), "register.xlsx"])
    assert all(bundle.read(f"{one.number}.pdf").startswith(b"%PDF") for one in hers)
    assert bundle.testzip() is None
    rows = rows_of(bundle)
    assert {row[1] for row in rows} == {one.number for one in hers}
    assert "=1+1号" in {row[0] for row in rows}
    assert other.number not in str(rows)
    assert Message.objects.get(user=registrar, kind="bundle_ready")
    entry = AuditEntry.objects.get(verb="export_certificates")
    assert (entry.actor, entry.object_id, entry.details["rows"]) == (registrar, str(export.uuid), 2)


def test_what_the_register_shows_is_what_is_bundled(client, registrar, county):
    township = RegionFactory(code="990321104", parent=county, name="高寨乡")
    one, two = issued(county, "田春梅"), issued(township, "罗秀云")
    revoke_certificate(certificate=two, actor=registrar, reason="重复", at=timezone.now())
    assert "bundles/?county=" in client.get("/desk/certificates/?county=高寨乡").content.decode()

    client.post(f"{PAGE}?status=valid")
    write_export(Export.objects.get().pk)

    assert [row[1] for row in rows_of(fetched(client, Export.objects.get()))] == [one.number]
    assert "有效" in client.get(PAGE).content.decode()


def test_nobody_else_fetches_it_and_it_is_no_list_of_people(client, registrar, county):
    issued(county, "田春梅")
    client.post(PAGE)
    export = Export.objects.get()
    write_export(export.pk)
    RoleGrantFactory(user=registrar, role=RoleGrant.Role.STAFF, region=county)
    assert client.get(reverse("reports:export_file", args=[export.uuid])).status_code == 404
    assert "ZIP" not in client.get(reverse("reports:exports")).content.decode()

    colleague = UserFactory()
    RoleGrantFactory(user=colleague, role=RoleGrant.Role.REGISTRAR, region=county)
    client.force_login(colleague)
    assert client.get(reverse("reports:bundle_file", args=[export.uuid])).status_code == 404
    assert str(export.uuid) not in client.get(PAGE).content.decode()


def test_a_colleague_s_bundle_on_its_way_does_not_hold_up_hers(client, registrar, county):
    issued(county, "田春梅")
    client.post(PAGE)
    colleague = UserFactory()
    RoleGrantFactory(user=colleague, role=RoleGrant.Role.REGISTRAR, region=county)
    client.force_login(colleague)

    client.post(PAGE)

    assert set(Export.objects.values_list("asked_by", flat=True)) == {registrar.pk, colleague.pk}


def test_too_many_and_none_are_said_and_nothing_is_owed(client, registrar, county, monkeypatch):
    assert "没有可打包的" in client.get(PAGE).content.decode()
    assert client.post(PAGE).status_code == 422
    monkeypatch.setattr("reports.views.bundles.MOST_IN_A_BUNDLE", 1)
    issued(county, "田春梅")
    issued(county, "罗秀云")

    refused = client.post(PAGE)

    assert (refused.status_code, "一包最多 1 张" in refused.content.decode()) == (422, True)
    assert not Export.objects.exists()


def test_a_pdf_that_cannot_be_made_is_told_in_the_register_and_holds_up_nothing(client, registrar, county):
    good, bad = issued(county, "田春梅"), issued(county, "罗秀云")
    another_is_at_it = {"attempts": 1, "due_at": timezone.now() + timedelta(days=1)}
    CertificatePdf.objects.filter(certificate=bad).update(**another_is_at_it)
    client.post(PAGE)
    export = Export.objects.get()

    write_export(export.pk)

    bundle = fetched(client, export)
    told = {row[1]: row[-1] for row in rows_of(bundle)}
    assert (told[good.number], told[bad.number]) == (f"{good.number}.pdf", "没做成，请稍后单独下载")
    assert f"{bad.number}.pdf" not in bundle.namelist()
