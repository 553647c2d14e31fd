"""What somebody else has done changes nothing on a learner's own pages; a scope is what one's own grants of today say."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from assessments.models import Attempt
from assessments.services import start_attempt
from content.models import InfoPage, PolicyIndexPage, PolicyPage
from content.templatetags.law import clause_address
from courses.models import Allocation, CertificationPeriod, Course, CoursePage, Enrolment, LessonPage, Standing
from courses.services import Fact, allocate, enrol_learner, finish_lesson, take_batch
from courses.services.submission import submit_quiz
from people import services
from people.models import RoleGrant
from people.scope import roles_of, scope_of
from reports.reminding import remind
from tests.factories.assessments import published_quiz, right_answers, wrong_answers
from tests.factories.certificates import CertificateFactory
from tests.factories.content import LawClauseFactory, LawFactory, course_with_lessons, home_page
from tests.factories.courses import CourseReleaseFactory, ProgrammeFactory
from tests.factories.people import MembershipFactory, OrganisationFactory, RegionFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
CHANGING = [
    r'name="csrfmiddlewaretoken" value="[^"]*"',
    r"nonce-?=?\"?[A-Za-z0-9+/=_-]{16,}",
    r"[0-9a-f]{8}-[0-9a-f-]{27}",
]
PAGES = ["home", "account_messages", "catalogue", "account", "account_data", "certificates"]


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def course():
    made = course_with_lessons(lessons=3)
    Course.objects.filter(pk=made.pk).update(quiz=published_quiz().quiz)
    made.refresh_from_db()
    return made


def studies(course, *, passes: bool, programme=None):
    """A learner with a post; one who passes has done all there is to do."""
    now = timezone.now()
    learner = MembershipFactory().user
    if programme:
        allocate(learner=learner, programme=programme, allocated_at=now)
    enrolment = enrol_learner(learner=learner, course=course, enrolled_at=now)
    if programme and passes:
        standings = [Standing.objects.get(user=learner)]
        remind(actor=UserFactory(), programme=programme, standings=standings, sender="团", note="", at=now)
    lessons = enrolment.release.lessons
    for lesson in lessons if passes else lessons[:1]:
        finish_lesson(enrolment=enrolment, lesson_key=UUID(lesson["key"]), event_uuid=uuid4(), recorded_at=now)
    if passes:
        attempt = start_attempt(
            learner=learner, quiz=course.quiz, for_uuid=enrolment.uuid, attempt_uuid=uuid4(), device="", started_at=now
        )
        submit_quiz(
            learner=learner, attempt_uuid=attempt.uuid, answers=right_answers(attempt), submitted_at=now, device=""
        )
        CertificateFactory(learner=learner, issued_at=now)
        services.owe_message(user=learner, channel="app", kind="x", subject="别人的消息", body="别人的", now=now)
    return learner


def fail(learner, course) -> None:
    now, enrolment = timezone.now(), Enrolment.objects.get(learner=learner)
    attempt = start_attempt(
        learner=learner, quiz=course.quiz, for_uuid=enrolment.uuid, attempt_uuid=uuid4(), device="", started_at=now
    )
    submit_quiz(learner=learner, attempt_uuid=attempt.uuid, answers=wrong_answers(attempt), submitted_at=now, device="")


def pages_of(client, course) -> dict[str, str]:
    pk = client.session["_auth_user_id"]
    paths = [reverse(name) for name in PAGES]
    paths += [reverse("attempt_result", args=[attempt.uuid]) for attempt in Attempt.objects.filter(learner__pk=pk)]
    paths += [reverse("why", args=[a.uuid]) for a in Allocation.objects.filter(learner__pk=pk)]
    paths += [reverse("course", args=["c04"]), reverse("quiz", args=["c04"]), reverse("lesson", args=["c04", 1])]
    found = {}
    for path in paths:
        text = client.get(path).content.decode()
        for pattern in CHANGING:
            text = re.sub(pattern, "…", text)
        found[path] = text
    return found


def test_nothing_of_what_another_did_is_on_my_pages(client, course):
    programme = ProgrammeFactory(courses=[course])
    MembershipFactory()  # somebody who was there first
    me = studies(course, passes=False, programme=programme)
    fail(me, course)
    client.force_login(me)
    mine = pages_of(client, course)

    studies(course, passes=True, programme=programme)

    assert pages_of(client, course) == mine


def test_twin_what_i_do_myself_is_seen(client, course):
    me = studies(course, passes=False)
    client.force_login(me)
    before = pages_of(client, course)
    enrolment = Enrolment.objects.get(learner=me)

    finish_lesson(
        enrolment=enrolment,
        lesson_key=UUID(enrolment.release.lessons[1]["key"]),
        event_uuid=uuid4(),
        recorded_at=timezone.now(),
    )

    assert pages_of(client, course) != before


def test_another_s_completed_course_meets_nothing_of_mine(client, course):
    second = CourseReleaseFactory(course__code="C01", course__title_zh="另一门课").course
    programme = ProgrammeFactory(courses=[course, second])
    other = studies(course, passes=True, programme=programme)
    now = timezone.now()
    Enrolment.objects.filter(pk=enrol_learner(learner=other, course=second, enrolled_at=now).pk).update(
        completed_at=now
    )

    me = studies(course, passes=True, programme=programme)
    client.force_login(me)
    result = client.get(reverse("attempt_result", args=[Attempt.objects.get(learner=me).uuid])).content.decode()

    assert not CertificationPeriod.objects.filter(allocation__learner=me, met_at__isnull=False).exists()
    assert "另一门课" in result


def test_my_home_names_my_post_and_no_other(client):
    mine, other = OrganisationFactory(name="我的站"), OrganisationFactory(name="别人的站")
    before = MembershipFactory(organisation=other, region=other.region)
    me = MembershipFactory(organisation=mine, region=mine.region).user
    client.force_login(me)
    assert "我的站" in client.get(reverse("home")).content.decode()

    client.force_login(UserFactory())
    for name in (before.organisation.name, "我的站"):
        assert name not in client.get(reverse("home")).content.decode()


def test_who_has_enrolled_in_nothing_finds_nobody_elses_learning(client, course):
    studies(course, passes=True)
    newcomer = UserFactory()
    client.force_login(newcomer)

    assert course.title_zh not in client.get(reverse("home")).content.decode()
    assert client.get(reverse("lesson", args=["c04", 1])).status_code == 403
    key = UUID(Enrolment.objects.get().release.lessons[1]["key"])
    fact = Fact(uuid4(), "place_reached", key, {"block": "b"})
    [receipt] = take_batch(
        learner=newcomer, facts=[("C04", fact)], payloads={fact.uuid: {}}, received_at=timezone.now()
    )
    assert receipt.status == "rejected"


def test_drafts_are_nowhere_on_public_pages(client, course):
    home = home_page()
    home.add_child(instance=InfoPage(title="还没发布的说明", slug="about", locale=home.locale, live=False))
    LessonPage.objects.filter(number=2).update(live=False, title="还没发布的一课")
    shown = client.get(reverse("course", args=["c04"])).content.decode()
    assert "第1课的题目" in shown
    assert "还没发布的一课" not in shown
    assert client.get(reverse("about")).status_code == 404

    CoursePage.objects.update(live=False, title="还没发布的课")

    assert "还没发布的课" not in client.get(reverse("catalogue")).content.decode()
    assert client.get(reverse("course", args=["c04"])).status_code == 404


@pytest.mark.parametrize("role", RoleGrant.STAFF_ROLES)
def test_a_scope_is_ones_own_grants_of_that_role_of_today(role):
    today = timezone.localdate()
    me, home = UserFactory(), RegionFactory()
    other_role = next(r for r in RoleGrant.STAFF_ROLES if r != role)
    RoleGrantFactory(user=me, role=role, region=home, from_date=today)
    RoleGrantFactory(user=me, role=other_role, region=RegionFactory(), from_date=today)
    RoleGrantFactory(user=me, role=role, region=RegionFactory(), from_date=today + timedelta(days=1))
    RoleGrantFactory(user=me, role=role, region=RegionFactory(), from_date=today - timedelta(days=9), to_date=today)
    RoleGrantFactory(user=UserFactory(), role=role, region=RegionFactory(), from_date=today)
    nobody = UserFactory()

    assert scope_of(me, role, today).region_paths == (home.path,)
    assert roles_of(me, today) == {role, other_role}
    assert scope_of(nobody, role, today).is_empty
    assert roles_of(nobody, today) == frozenset()

    me.is_active = False
    me.save()

    assert scope_of(me, role, today).is_empty
    assert roles_of(me, today) == frozenset()


def test_my_page_lists_no_power_that_has_ended(client):
    me, today = UserFactory(), timezone.localdate()
    region = RegionFactory(name="旧权县")
    RoleGrantFactory(user=me, region=region, from_date=today - timedelta(days=9), to_date=today)
    client.force_login(me)

    assert "旧权县" not in client.get(reverse("account")).content.decode()


def test_nobody_who_was_shut_out_gets_a_slip_or_uses_one(client):
    officer, today = UserFactory(), timezone.localdate()
    membership = MembershipFactory()
    _slip, code = services.issue_slip(user=membership.user, issued_by=None, now=timezone.now())
    RoleGrantFactory(user=officer, region=membership.region, from_date=today)
    membership.user.is_active = False
    membership.user.save()

    client.force_login(officer)
    assert client.get(reverse("issue_slip", args=[membership.user.uuid])).status_code == 404
    with pytest.raises(services.WrongCode):
        services.use_slip(code=code, now=timezone.now(), address="")


def test_a_new_slip_ends_no_slip_of_another():
    one, other, now = UserFactory(), UserFactory(), timezone.now()
    _slip, code = services.issue_slip(user=one, issued_by=None, now=now)

    services.issue_slip(user=other, issued_by=None, now=now)

    assert services.use_slip(code=code, now=now, address="") == one


def test_drafts_of_help_and_law_are_shown_to_nobody(client):
    home = home_page()
    law = LawFactory()
    index = home.add_child(instance=PolicyIndexPage(title="法律和政策", slug="policies", locale=home.locale))
    for number, live in enumerate((True, False)):
        words = "公开的法" if live else "没发布的法"
        index.add_child(instance=PolicyPage(title=words, slug=f"law-{number}", law=law, locale=home.locale, live=live))
    help_index = home.add_child(instance=InfoPage(title="帮助", slug="help", locale=home.locale))
    help_index.add_child(instance=InfoPage(title="没写完", slug="draft", locale=home.locale, live=False))

    shown = client.get(reverse("policies"), follow=True).content.decode()
    assert "公开的法" in shown
    assert "没发布的法" not in shown
    assert client.get(reverse("help")).status_code == 200
    assert client.get(reverse("help_page", args=["draft"])).status_code == 404

    PageViewRestriction.objects.create(page=PolicyPage.objects.get(title="公开的法"), restriction_type="login")
    assert "公开的法" not in client.get(reverse("policies"), follow=True).content.decode()

    InfoPage.objects.filter(pk=help_index.pk).update(live=False)
    PolicyIndexPage.objects.filter(pk=index.pk).update(live=False)

    assert client.get(reverse("help")).status_code == 404
    assert client.get(reverse("policies"))["Location"] == reverse("home")


def test_a_clause_leads_to_no_draft_and_to_no_lesson_that_may_not_be_read(client, course):
    home, clause = home_page(), LawClauseFactory()
    index = home.add_child(instance=PolicyIndexPage(title="法律和政策", slug="policies", locale=home.locale))
    page = index.add_child(instance=PolicyPage(title="法", slug="law", law=clause.law, locale=home.locale))
    draft, closed, open_one = LessonPage.objects.order_by("number")[:3]
    for lesson in (draft, closed, open_one):
        lesson.laws.add(clause)
        lesson.save()
    LessonPage.objects.filter(pk=draft.pk).update(live=False)
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    shown = client.get(page.get_url()).content.decode()

    assert open_one.title in shown
    assert draft.title not in shown
    assert closed.title not in shown
    assert clause_address(clause).endswith("/policies/law/#art-11")

    page.unpublish()
    assert clause_address(clause) == ""
