"""What a learner sees of her certificates, through the door."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates.models import CertificatePdf
from certificates.services import replace_certificate, revoke_certificate
from tests.factories.certificates import AT, CertificateFactory
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning")]
NAME = "阿依努尔·艾合买提"


@pytest.fixture
def learner(client):
    learner = UserFactory(name=NAME)
    client.force_login(learner)
    return learner


@pytest.fixture(autouse=True)
def _that_december():
    with time_machine.travel("2026-12-02 01:15:00+00:00", tick=False):
        yield


def test_without_one_the_page_says_how_to_earn_it(client, learner):
    page = client.get("/certificates/").content.decode()

    assert "还没有证书" in page
    assert "证书当天就发" in page


def test_list_and_page_show_her_certificate_whole(client, learner):
    certificate = CertificateFactory(learner=learner)

    listed = client.get("/certificates/").content.decode()
    page = client.get(f"/certificates/{certificate.uuid}/").content.decode()

    for part in (certificate.number, "儿童主任上岗必修", "有效，到 2027年12月31日"):
        assert part in listed
        assert part in page
    shown = [NAME, "共 25 学时", '<svg role="img" aria-label="二维码', "阿***·****", "（约 40 KB）"]
    for part in [*shown, f"http://testserver/v/{certificate.verify_code}/"]:
        assert part in page


def test_the_page_is_english_under_en(client, learner):
    certificate = CertificateFactory(learner=learner)

    page = client.get(f"/en/certificates/{certificate.uuid}/").content.decode()

    assert "Induction for village child-welfare directors" in page
    assert 'lang="en"' in page


def test_the_pdf_comes_at_once_though_no_worker_runs_and_its_size_is_said_after(client, learner):
    certificate = CertificateFactory(learner=learner)

    answer = client.get(f"/certificates/{certificate.uuid}/pdf/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"] == f'attachment; filename="{certificate.number}.pdf"'
    assert "no-store" in answer["Cache-Control"]
    size = round(CertificatePdf.objects.get().size / 1024)
    assert f"（{size} KB）" in client.get(f"/certificates/{certificate.uuid}/").content.decode()


def test_on_a_machine_that_cannot_print_the_page_stands_and_says_so(client, learner, settings, tmp_path):
    certificate = CertificateFactory(learner=learner)
    settings.DATA_DIR = tmp_path

    page = client.get(f"/certificates/{certificate.uuid}/").content.decode()
    answer = client.get(f"/certificates/{certificate.uuid}/pdf/")

    assert NAME in page
    assert "证书已经生效，上面就是。" in page
    assert (answer.status_code, answer["Retry-After"]) == (503, "3600")
    assert "证书已经生效，不受影响。" in answer.content.decode()
    assert CertificatePdf.objects.get().state == "owed"


def test_history_tells_why_it_was_issued_and_why_it_was_withdrawn(client, learner):
    evidence = [{"course": "C04", "title_zh": "看见、记录、报告", "release": 3, "attempt": "x"}]
    evidence[0]["completed_at"] = "2026-11-27T02:00:00+00:00"
    certificate = CertificateFactory(learner=learner, basis={"requirement_set": 1, "evidence": evidence})
    revoke_certificate(certificate=certificate, actor=UserFactory(), reason="重复发证", at=timezone.now())

    page = client.get(f"/certificates/{certificate.uuid}/why/").content.decode()

    for part in ("C04 看见、记录、报告", "2026-11-27 学完，课程第 3 版", "要求第 1 版核定", "重复发证", "已撤销"):
        assert part in page


def test_an_old_certificate_says_that_a_new_one_took_its_place(client, learner):
    old = CertificateFactory(learner=learner)
    replace_certificate(certificate=old, actor=UserFactory(), reason="姓名写错", at=AT)

    assert "请用新的那张" in client.get(f"/certificates/{old.uuid}/").content.decode()


@pytest.mark.parametrize("tail", ["", "pdf/", "why/"])
def test_nobody_opens_anothers(client, learner, tail):
    other = CertificateFactory(learner__name="别的人")

    answer = client.get(f"/certificates/{other.uuid}/{tail}")

    assert answer.status_code == 404
    assert "别的人" not in answer.content.decode()
    client.logout()
    assert client.get(f"/certificates/{other.uuid}/{tail}").status_code == 302


def test_the_list_costs_the_same_for_one_and_for_three(client, learner, django_assert_num_queries):
    CertificateFactory(learner=learner)
    with CaptureQueriesContext(connection) as one:
        client.get("/certificates/")
    for _ in range(2):
        CertificateFactory(learner=learner)

    with django_assert_num_queries(len(one)):
        client.get("/certificates/")


def test_hostile_words_are_printed_as_words(client, learner):
    certificate = CertificateFactory(
        learner=learner, programme_title_zh='<script>alert(1)</script>"{{ 7|add:7 }}', result="<b>合格</b>"
    )

    for path in (f"/certificates/{certificate.uuid}/", "/certificates/", f"/v/{certificate.verify_code}/"):
        page = client.get(path).content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page
        assert "{{ 7|add:7 }}" in page
