"""A hundred at once on PostgreSQL: one certificate a period, numbers without gap or double, one maker of a PDF.

On SQLite writers queue by themselves and one connection cannot be shared by threads: there this file is skipped.
    python -m tests.servers.postgres pytest tests/certificates/test_parallel.py
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction

from certificates.models import Certificate, CertificateDesign, CertificateEvent, CertificatePdf, NumberCounter
from certificates.models.design import FIRST_WORDS
from certificates.services import AlreadyChanged, print_certificate, revoke_certificate, save_design
from tests.factories.certificates import AT, CertificateFactory, IssuerFactory
from tests.factories.people import RegionFactory, UserFactory

pytestmark = [
    pytest.mark.servers,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: python -m tests.servers.postgres"),
    pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning"),
]
CALLS, THREADS = 100, 25


def at_once(call, arguments):
    """This will run a call for each argument, as many at the same moment as there are threads."""
    gate = Barrier(THREADS)

    def run(numbered):
        n, argument = numbered
        try:
            if n < THREADS:
                gate.wait(30)
            return call(argument)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, enumerate(arguments)))


def test_a_hundred_calls_for_one_period_issue_one_certificate():
    facts = {"learner": UserFactory(), "period_uuid": uuid4(), "region": RegionFactory(), "issuer": IssuerFactory()}

    issued = at_once(lambda _: CertificateFactory(**facts).pk, range(CALLS))

    assert len(set(issued)) == 1
    assert Certificate.objects.count() == CertificateEvent.objects.count() == CertificatePdf.objects.count() == 1
    assert NumberCounter.objects.get().last_serial == 1


def test_a_county_in_a_hurry_gets_its_numbers_without_gap_or_double_whatever_is_rolled_back():
    region, issuer = RegionFactory(code="990321"), IssuerFactory()
    learners = [UserFactory() for _ in range(CALLS)]

    def issue(learner):
        try:
            with transaction.atomic():
                CertificateFactory(learner=learner, region=region, issuer=issuer)
                if learner.pk % 4 == 0:
                    raise ConnectionAbortedError
        except ConnectionAbortedError:
            return False
        return True

    kept = Counter(at_once(issue, learners))[True]

    serials = sorted(int(number[15:21]) for number in Certificate.objects.values_list("number", flat=True))
    assert 0 < kept < CALLS
    assert serials == list(range(1, kept + 1))


def test_the_twin_without_the_lock_gives_numbers_twice():
    """Shows that the run above would notice: the same counter read and written without its row lock."""
    counter = NumberCounter.objects.create(issuer=IssuerFactory(), region_code="990321", year=2026)

    def take(_):
        serial = NumberCounter.objects.get(pk=counter.pk).last_serial + 1
        NumberCounter.objects.filter(pk=counter.pk).update(last_serial=serial)
        return serial

    assert len(set(at_once(take, range(CALLS)))) < CALLS


def test_many_revocations_at_once_are_one():
    certificate, registrar = CertificateFactory(), UserFactory()

    at_once(
        lambda n: revoke_certificate(certificate=certificate, actor=registrar, reason=f"{n}", at=AT), range(THREADS)
    )

    assert certificate.events.filter(kind="revoked").count() == 1


def test_many_makers_of_one_pdf_are_one():
    owed = CertificateFactory().pdf

    made = at_once(lambda _: print_certificate(owed_pk=owed.pk, now=AT), range(THREADS))

    assert Counter(made)[True] == 1
    owed.refresh_from_db()
    assert (owed.state, owed.attempts) == ("done", 1)


def test_of_many_who_save_a_design_at_once_one_does_and_the_others_are_told():
    issuer, registrar = IssuerFactory(), UserFactory()
    words = FIRST_WORDS | {"signatory": "", "signatory_post": ""}
    given = {"issuer": issuer, "words": words, "in_force_from": AT.date(), "based_on": 1, "made_by": registrar}

    def save(n):
        try:
            return save_design(**given, note=f"{n}", at=AT).number
        except AlreadyChanged:
            return None

    assert Counter(at_once(save, range(THREADS))) == {2: 1, None: THREADS - 1}
    assert sorted(CertificateDesign.objects.values_list("number", flat=True)) == [1, 2]
