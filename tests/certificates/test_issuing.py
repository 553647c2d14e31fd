"""One certificate a period, numbered without gaps, its facts frozen; withdrawn and given back by events alone."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from certificates import credential
from certificates.models import Certificate, CertificateEvent, CertificatePdf, NumberCounter, Status
from certificates.numbers import read_code, read_number
from certificates.selectors import status_on
from certificates.services import (
    AlreadyReplaced,
    ReasonMissing,
    UnprintableName,
    reinstate_certificate,
    replace_certificate,
    revoke_certificate,
)
from people.models import AuditEntry, Message, Region
from people.models.ledger import LedgerChanged
from tests.factories.certificates import AT, CertificateFactory
from tests.factories.people import RegionFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 2)


def test_issuing_freezes_facts_and_leaves_an_event_and_an_owed_pdf():
    province = RegionFactory(code="990000", level=Region.Level.PROVINCE, name="苍岭省")
    county = RegionFactory(code="990321", parent=province, name="青禾县")
    township = RegionFactory(code="990321104", parent=county, level=Region.Level.TOWNSHIP, name="高寨乡")

    certificate = CertificateFactory(learner__name="田春梅", region=township)

    assert certificate.number.startswith("QM-2026-990321-000001-")
    assert read_number(certificate.number) == certificate.number
    assert read_code(certificate.verify_code) == certificate.verify_code
    assert (certificate.name, certificate.region_name) == ("田春梅", "苍岭省·青禾县·高寨乡")
    assert certificate.issued_date == date(2026, 11, 27)
    assert [event.kind for event in certificate.events.all()] == ["issued"]
    assert CertificatePdf.objects.due(AT).get().certificate == certificate


def test_the_same_period_gives_the_same_certificate():
    learner, period, region = UserFactory(), uuid4(), RegionFactory()
    same = {"learner": learner, "period_uuid": period, "region": region}

    issued = {CertificateFactory(**same, issued_at=AT + timedelta(days=400 * n)).pk for n in range(3)}

    assert len(issued) == 1
    assert NumberCounter.objects.get().last_serial == 1
    assert CertificateEvent.objects.count() == CertificatePdf.objects.count() == 1


def test_the_database_refuses_a_second_certificate_of_a_period():
    certificate = CertificateFactory()
    twin = Certificate.objects.get(pk=certificate.pk)
    twin.pk, twin.uuid, twin.number, twin.verify_code, twin._state.adding = None, uuid4(), "X", "Y", True

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_numbers_have_no_gap_when_an_issuing_is_rolled_back():
    region = RegionFactory(code="990321")
    CertificateFactory(region=region)

    mark = transaction.savepoint()
    lost = CertificateFactory(region=region)
    transaction.savepoint_rollback(mark)
    after = CertificateFactory(region=region)

    assert after.number == lost.number
    assert [c.number[15:21] for c in Certificate.objects.order_by("pk")] == ["000001", "000002"]


@pytest.mark.parametrize(
    ("second", "year", "day"),
    [(59, "2026", date(2026, 12, 31)), (60, "2027", date(2027, 1, 1))],
)
def test_the_year_of_the_number_is_shanghais(second, year, day):
    at = datetime(2026, 12, 31, 15, 59, tzinfo=UTC) + timedelta(seconds=second)

    certificate = CertificateFactory(issued_at=at)

    assert (certificate.number[3:7], certificate.issued_date) == (year, day)
    assert certificate.number[15:21] == "000001"


@pytest.mark.parametrize(
    ("level", "code", "expected"),
    [(Region.Level.PREFECTURE, "441900", "441900"), (Region.Level.PROVINCE, "52", "520000")],
)
def test_where_there_is_no_county_the_number_names_the_next_above(level, code, expected):
    above = RegionFactory(code=code, level=level)
    township = RegionFactory(code=f"{code}003", parent=above, level=Region.Level.TOWNSHIP)

    assert CertificateFactory(region=township).number[8:14] == expected


def test_an_unprintable_name_is_refused_by_its_character_and_no_number_is_spent():
    with pytest.raises(UnprintableName) as refusal:
        CertificateFactory(learner__name="王\U0002ebf1")

    assert (refusal.value.char, refusal.value.codepoint) == ("\U0002ebf1", "U+2EBF1")
    assert not Certificate.objects.exists()
    assert not NumberCounter.objects.exists()


def test_a_certificate_never_changes():
    certificate = CertificateFactory()

    with pytest.raises(LedgerChanged):
        certificate.save()
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE certificates_certificate SET name = 'X'")


def test_status_follows_events_and_dates():
    certificate, registrar = CertificateFactory(), UserFactory()
    act = {"certificate": certificate, "actor": registrar}

    assert status_on(certificate, date(2027, 12, 31)) is Status.VALID
    assert status_on(certificate, date(2028, 1, 1)) is Status.EXPIRED
    revoke_certificate(**act, reason="发证时信息有误", at=AT + timedelta(days=1))
    assert status_on(certificate, TODAY) is Status.REVOKED
    assert status_on(certificate, date(2026, 11, 27)) is Status.VALID  # as the day before knew it
    reinstate_certificate(**act, reason="复核后恢复", at=AT + timedelta(days=2))
    assert status_on(certificate, TODAY) is Status.VALID
    assert [e.kind for e in certificate.events.all()] == ["issued", "revoked", "reinstated"]
    assert list(AuditEntry.objects.values_list("verb", "actor", "object_id")) == [
        ("certificate_revoked", registrar.pk, str(certificate.uuid)),
        ("certificate_reinstated", registrar.pk, str(certificate.uuid)),
    ]


def test_the_holder_is_told_in_her_language():
    certificate = CertificateFactory(learner__language="en")

    revoke_certificate(certificate=certificate, actor=UserFactory(), reason="重复", at=AT)

    told = Message.objects.filter(user=certificate.learner).order_by("pk")
    assert [message.kind for message in told] == ["certificate_issued", "certificate_revoked"]
    assert all(certificate.number in message.body for message in told)
    assert all("Induction for village" in message.body for message in told)
    assert "重复" not in told[1].body


def test_revoking_twice_is_once_and_needs_words():
    certificate, registrar = CertificateFactory(), UserFactory()
    act = {"certificate": certificate, "actor": registrar, "at": AT}

    assert reinstate_certificate(**act, reason="没有撤销过") is None
    with pytest.raises(ReasonMissing):
        revoke_certificate(**act, reason="  ")
    first = revoke_certificate(**act, reason="甲")
    again = revoke_certificate(**act, reason="乙")

    assert (again.pk, again.reason) == (first.pk, "甲")
    assert certificate.events.count() == 2


def test_a_correction_is_a_new_certificate_and_the_old_one_names_it():
    learner, registrar = UserFactory(name="田春枚"), UserFactory()
    old = CertificateFactory(learner=learner)
    learner.name = "田春梅"
    learner.save()

    new = replace_certificate(certificate=old, actor=registrar, reason="姓名写错", at=AT + timedelta(days=3))

    assert (old.name, new.name, new.replaces) == ("田春枚", "田春梅", old)
    assert new.number != old.number
    assert new.verify_code != old.verify_code
    seen = Certificate.objects.with_status(TODAY).get(pk=old.pk)
    assert (seen.status, seen.successor_code) == (Status.SUPERSEDED, new.verify_code)
    assert status_on(new, TODAY) is Status.VALID
    with pytest.raises(AlreadyReplaced):
        replace_certificate(certificate=old, actor=registrar, reason="又一次", at=AT)


def test_statuses_of_a_list_cost_one_query(django_assert_num_queries):
    for _ in range(3):
        CertificateFactory()

    with django_assert_num_queries(1):
        assert [c.status for c in Certificate.objects.with_status(TODAY)] == ["valid"] * 3


def test_the_credential_is_signed_and_names_nobody():
    certificate, key = CertificateFactory(learner__name="田春梅"), credential.installed_key()

    says = json.loads(certificate.credential)

    assert says["proof"]["cryptosuite"] == "eddsa-jcs-2022"
    assert says["id"] == f"http://testserver/v/{certificate.verify_code}/credential.json"
    assert says["validUntil"] == "2027-12-31T15:59:59Z"
    assert says["credentialSubject"]["creditsEarned"] == 25
    for private in ("田", "春梅", certificate.number, certificate.learner.phone):
        assert private not in certificate.credential
    assert credential.agrees(certificate, key)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "别人"), ("number", "QM-2026-520624-000123-8"), ("verify_code", "4MKM8K9XAR2S089S1"), ("hours", 250),
     ("programme_title_zh", "高级培训"), ("valid_until_date", date(2099, 1, 1)), ("issuer_name_zh", "别人")],
)  # fmt: skip
def test_a_row_edited_past_its_seal_no_longer_agrees_with_its_signature(field, value):
    certificate = CertificateFactory()

    setattr(certificate, field, value)

    assert not credential.agrees(certificate, credential.installed_key())


def test_a_credential_with_any_byte_changed_or_another_key_is_not_intact():
    text, key = CertificateFactory().credential, credential.installed_key()
    other = credential.CredentialKey(credential.Ed25519PrivateKey.generate())
    says = json.loads(text)
    value = says["proof"]["proofValue"]

    assert credential.is_intact(text, key)
    assert not credential.is_intact(text, other)
    assert not credential.is_intact(text.replace("25,", "26,"), key)
    for place in range(2, len(value), 5):
        changed = "2" if value[place] != "2" else "3"
        says["proof"]["proofValue"] = value[:place] + changed + value[place + 1 :]
        assert not credential.is_intact(json.dumps(says), key)
