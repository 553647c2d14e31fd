"""Correcting a certificate and issuing one by hand, through the registrar's door: each asked twice, each in the ledgers."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates.models import Certificate, CertificateEvent
from courses.models import CertificationEvent, CertificationPeriod, Standing
from courses.services import allocate
from people.models import AuditEntry, Message, RoleGrant
from tests.factories.certificates import CertificateFactory
from tests.factories.content import course_with_lessons
from tests.factories.courses import ProgrammeFactory
from tests.factories.people import MembershipFactory, OrganisationFactory, RegionFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
PAPER = {
    "trained_from_date": "2026-09-01",
    "trained_to_date": "2026-09-05",
    "result": "合格",
    "reason": "县民政局线下班",
}


@pytest.fixture
def programme():
    return ProgrammeFactory(code="P-A", title_zh="上岗必修", courses=[course_with_lessons(lessons=2, hours=6)])


@pytest.fixture
def learner(county):
    return MembershipFactory(user__name="田春梅", organisation=OrganisationFactory(region=county), region=county).user


@pytest.fixture
def allocation(learner, programme):
    return allocate(learner=learner, programme=programme, allocated_at=timezone.now() - timedelta(days=1))


@pytest.fixture
def by_hand(client, registrar, allocation):
    """Her certificate, issued through the screen."""
    answer = client.post(f"/desk/certificates/by-hand/{allocation.uuid}/", PAPER | {"sure": "yes"})
    assert answer.status_code == 302
    return Certificate.objects.get(learner=allocation.learner)


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


# ---- by hand


def test_she_is_found_by_name_number_and_whole_phone_and_nobody_before_she_is_asked_for(client, registrar, allocation):
    who = allocation.learner
    shown = {q: who.name in read(client, f"/desk/certificates/by-hand/?q={q}") for q in ("春梅", who.login_number)}
    shown |= {q: who.masked_phone in read(client, f"/desk/certificates/by-hand/?q={q}") for q in (who.phone, "1380")}

    assert shown == {"春梅": True, who.login_number: True, who.phone: True, "1380": False}
    assert who.name not in read(client, "/desk/certificates/by-hand/")
    assert who.phone not in read(client, "/desk/certificates/by-hand/?q=春梅")
    assert "已经安排了证书项目" in read(client, "/desk/certificates/by-hand/?q=没有这个人")


def test_nobody_of_another_county_is_found_or_reached(client, registrar, programme):
    other = MembershipFactory(user__name="别县人", organisation__region=RegionFactory(code="990322")).user
    foreign = allocate(learner=other, programme=programme, allocated_at=timezone.now())

    for words in ("别县人", other.login_number, other.phone):
        page = read(client, f"/desk/certificates/by-hand/?q={words}")
        assert str(foreign.uuid) not in page
        assert other.masked_phone not in page
    address = f"/desk/certificates/by-hand/{foreign.uuid}/"
    assert client.get(address).status_code == client.post(address, PAPER | {"sure": "yes"}).status_code == 404
    assert not Certificate.objects.exists()


def test_the_paper_is_asked_about_once_more_then_it_is_a_certificate_with_its_reason(client, registrar, allocation):
    address = f"/desk/certificates/by-hand/{allocation.uuid}/"

    asked = client.post(address, PAPER)
    before = Certificate.objects.count()
    done = client.post(address, PAPER | {"sure": "yes"}, follow=True).content.decode()
    again = client.post(address, PAPER | {"sure": "yes"})

    assert "依据里会写明是人工发的" in asked.content.decode()
    assert before == 0
    issued = Certificate.objects.get()
    assert (again.status_code, Certificate.objects.count()) == (404, 1)  # her period is met: she is no candidate
    assert (issued.result, str(issued.trained_to_date), issued.hours) == ("合格", "2026-09-05", 6)
    assert all(words in done for words in (issued.number, "县民政局线下班", "发证人甲", "人工发证"))
    standing = Standing.objects.get(user=allocation.learner)
    assert (standing.state, standing.certificate) == (Standing.State.CERTIFIED, issued)
    assert AuditEntry.objects.get(verb="certificate_issued_by_hand").actor == registrar
    assert Message.objects.filter(user=allocation.learner, kind="certificate_issued").exists()
    call_command("check_integrity")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": " "}, "请写明理由"),
        ({"trained_from_date": "2026-09-06"}, "结束的日期在开始的前面"),
        ({"trained_from_date": "昨天"}, "2026-11-25 这样的日期"),
        ({"trained_to_date": "2099-01-01"}, "培训还没有结束"),
        ({"trained_from_date": "0001-01-01"}, "年份太早了"),
        ({"result": ""}, "请写考核结果"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_issued(client, registrar, allocation, wrong, said):
    answer = client.post(f"/desk/certificates/by-hand/{allocation.uuid}/", PAPER | wrong | {"sure": "yes"})

    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not Certificate.objects.exists()


def test_a_name_that_no_font_has_is_refused_with_its_character(client, registrar, learner, programme):
    learner.name = "田\U0002ebf0梅"
    learner.save(update_fields=["name"])
    allocation = allocate(learner=learner, programme=programme, allocated_at=timezone.now())

    answer = client.post(f"/desk/certificates/by-hand/{allocation.uuid}/", PAPER | {"sure": "yes"})

    assert (answer.status_code, "U+2EBF0" in answer.content.decode()) == (422, True)
    assert not CertificationPeriod.objects.filter(met_at__isnull=False).exists()


def test_nobody_issues_to_herself(client, registrar, county, programme):
    MembershipFactory(user=registrar, organisation=OrganisationFactory(region=county), region=county)
    own = allocate(learner=registrar, programme=programme, allocated_at=timezone.now())

    assert client.get(f"/desk/certificates/by-hand/{own.uuid}/").status_code == 404
    assert str(own.uuid) not in read(client, "/desk/certificates/by-hand/?q=发证人")


def test_the_learner_and_her_officer_read_that_it_was_issued_by_hand_and_why(client, by_hand, allocation, county):
    client.force_login(allocation.learner)
    hers = read(client, f"/programmes/{allocation.uuid}/")
    own = read(client, f"/certificates/{by_hand.uuid}/why/")
    officer = UserFactory()
    RoleGrantFactory(user=officer, role=RoleGrant.Role.STAFF, region=county)
    client.force_login(officer)
    theirs = read(client, f"/desk/people/{allocation.learner.uuid}/why/{allocation.uuid}/")

    for page in (hers, own, theirs):
        assert "人工发证" in page
        assert "县民政局线下班" in page


# ---- correcting


def test_a_correction_is_asked_about_once_more_then_the_old_number_leads_to_the_new(client, by_hand, allocation):
    address = f"/desk/certificates/{by_hand.uuid}/correct/"
    right = PAPER | {"name": "田春媚", "reason": "身份证上是媚"}

    asked = client.post(address, right)
    before = Certificate.objects.count()
    done = client.post(address, right | {"sure": "yes"}, follow=True).content.decode()
    again = client.post(address, right | {"sure": "yes"})

    assert "编号是新的" in asked.content.decode()
    assert (before, again.status_code, Certificate.objects.count()) == (1, 302, 2)
    new = Certificate.objects.get(replaces=by_hand)
    assert (new.name, new.learner.name, new.valid_until_date) == ("田春媚", "田春媚", by_hand.valid_until_date)
    assert all(words in done for words in (new.number, by_hand.number, "身份证上是媚"))
    old_page = read(client, f"/desk/certificates/{by_hand.uuid}/")
    assert f"/desk/certificates/{new.uuid}/" in old_page
    assert "/revoke/" not in old_page
    assert f"/v/{new.verify_code}/" in read(client, f"/v/{by_hand.verify_code}/")
    period = CertificationPeriod.objects.get()
    assert period.certificate == new
    assert period.events.last().kind == CertificationEvent.Kind.CORRECTED
    assert Standing.objects.get(user=allocation.learner).certificate == new
    assert Message.objects.filter(kind="certificate_corrected", body__contains=new.number).exists()
    assert list(by_hand.events.values_list("kind", flat=True)) == [
        CertificateEvent.Kind.ISSUED,
        CertificateEvent.Kind.SUPERSEDED,
    ]
    call_command("check_integrity")


def test_the_dates_of_one_issued_by_hand_can_be_put_right(client, by_hand):
    right = PAPER | {"name": by_hand.name, "trained_from_date": "2026-08-01", "result": "92 分", "sure": "yes"}
    client.post(f"/desk/certificates/{by_hand.uuid}/correct/", right)

    new = Certificate.objects.get(replaces=by_hand)
    assert (str(new.trained_from_date), new.result, new.name) == ("2026-08-01", "92 分", by_hand.name)
    assert AuditEntry.objects.filter(verb="name_changed").count() == 0


def test_the_dates_of_one_that_learning_earned_cannot(client, registrar, county):
    earned = CertificateFactory(learner__name="罗秀云", region=county)
    client.post(f"/desk/certificates/{earned.uuid}/correct/", PAPER | {"name": "罗秀芸", "sure": "yes"})

    new = Certificate.objects.get(replaces=earned)
    assert (new.name, new.trained_from_date, new.result) == ("罗秀芸", earned.trained_from_date, earned.result)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "请写姓名"),
        ({"name": "田"}, "姓名至少两个字"),
        ({"name": "田<b>"}, "姓名里不能有"),
        ({"name": "田\U0002ebf0梅"}, "U+2EBF0"),
        ({"reason": ""}, "请写明理由"),
        ({"name": "田春梅"}, "没有要更正的"),
    ],
)
def test_a_wrong_correction_changes_nothing(client, by_hand, wrong, said):
    right = PAPER | {"name": "田春媚", "sure": "yes"}
    answer = client.post(f"/desk/certificates/{by_hand.uuid}/correct/", right | wrong)

    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    by_hand.learner.refresh_from_db()
    assert (by_hand.learner.name, Certificate.objects.count()) == ("田春梅", 1)


def test_a_revoked_one_is_not_corrected_and_a_corrected_one_not_revoked(client, by_hand):
    address = f"/desk/certificates/{by_hand.uuid}/"
    sure = {"reason": "核对", "sure": "yes"}
    client.post(f"{address}revoke/", sure)
    refused = client.post(f"{address}correct/", PAPER | {"name": "田春媚", "sure": "yes"})
    client.post(f"{address}reinstate/", sure)
    client.post(f"{address}correct/", PAPER | {"name": "田春媚", "sure": "yes"})
    client.post(f"{address}revoke/", sure)

    assert refused.status_code == 302
    assert Certificate.objects.count() == 2
    assert CertificationPeriod.objects.get().revoked_at is None


def test_nobody_corrects_her_own(client, registrar, county):
    own = CertificateFactory(learner=registrar, region=county)

    answer = client.post(f"/desk/certificates/{own.uuid}/correct/", PAPER | {"name": "发证人乙", "sure": "yes"})

    assert (answer.status_code, "请别的发证人" in answer.content.decode()) == (422, True)
    assert Certificate.objects.count() == 1


def test_searching_costs_the_same_for_one_and_for_twenty(client, registrar, county, programme):
    def add():
        user = MembershipFactory(user__name="田某", organisation=OrganisationFactory(region=county), region=county).user
        allocate(learner=user, programme=programme, allocated_at=timezone.now())

    def cost():
        with CaptureQueriesContext(connection) as asked:
            read(client, "/desk/certificates/by-hand/?q=田某")
        return len(asked)

    add()
    one = cost()
    for _ in range(19):
        add()

    assert cost() == one
