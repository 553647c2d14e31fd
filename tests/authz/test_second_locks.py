"""Locks behind a lock: each holds by itself, whatever the door before it lets through.

The mutation run (tests/proofs) takes one check away at a time; what another one covers up is asked here alone.
"""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from content.models import InfoPage
from courses.models import Standing
from courses.services import allocate, enrol_learner, finish_lesson
from people.models import RoleGrant
from people.scope import Scope
from reports import selectors
from reports.person import learner as learner_page
from reports.places import of_region
from reports.posts import posts
from reports.reminding import remind
from reports.views.roles import GrantForm, _grants
from search.service import find
from tests.factories.content import course_with_lessons, home_page
from tests.factories.courses import ProgrammeFactory
from tests.factories.people import MembershipFactory, OrganisationFactory, RegionFactory, RoleGrantFactory, UserFactory
from tests.factories.reports import StandingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


def test_a_list_asked_for_at_a_place_outside_the_scope_is_empty(today):
    standing = StandingFactory()
    inside = Scope(on_date=today, region_paths=(standing.region.path,))
    outside = Scope(on_date=today, region_paths=(RegionFactory().path,))
    place, filters = of_region(standing.region), selectors.Filters()

    def listed(scope):
        return list(selectors.standings(scope=scope, region=place, programme=standing.programme, filters=filters))

    def certified(scope):
        found = posts(scope=scope, place=place, programme=standing.programme, on_date=today)
        return sum(counts.learners for _worker, _word, counts in found.workers)

    assert (listed(inside), certified(inside)) == ([standing], 1)
    assert (listed(outside), certified(outside)) == ([], 0)


def test_one_learners_page_for_her_officer_holds_nothing_of_another(today):
    now = timezone.now()
    course = course_with_lessons(lessons=2)
    programme = ProgrammeFactory(courses=[course])
    station = OrganisationFactory()
    scope = Scope(on_date=today, region_paths=(station.region.path,))

    def studies(lessons: int):
        user = MembershipFactory(organisation=station).user
        allocate(learner=user, programme=programme, allocated_at=now)
        enrolment = enrol_learner(learner=user, course=course, enrolled_at=now)
        for lesson in enrolment.release.lessons[:lessons]:
            finish_lesson(
                enrolment=enrolment, lesson_key=uuid.UUID(lesson["key"]), event_uuid=uuid.uuid4(), recorded_at=now
            )
        return user

    me, other = studies(0), studies(1)
    standing = Standing.objects.get(user=other)
    remind(actor=UserFactory(), programme=programme, standings=[standing], sender="团委", note="", at=now)

    shown = learner_page(person_uuid=me.uuid, scope=scope, now=now)

    assert [course.finished for course in shown.courses] == [0]
    assert shown.reminders == ()
    assert not shown.reminded_today
    assert len(learner_page(person_uuid=other.uuid, scope=scope, now=now).reminders) == 1


def test_grants_over_bodies_are_those_of_her_own_bodies(today):
    mine, theirs = OrganisationFactory(), OrganisationFactory()
    over = [
        RoleGrantFactory(user=UserFactory(), region=None, organisation=body, from_date=today) for body in (mine, theirs)
    ]

    assert list(_grants(Scope(on_date=today, organisation_paths=(mine.path,)))) == [over[0]]


def test_a_role_goes_to_people_of_ones_places_or_of_none(today):
    region, elsewhere = RegionFactory(name="里县"), RegionFactory()
    granter = UserFactory()
    of_mine = MembershipFactory(organisation=OrganisationFactory(region=region)).user
    of_others = MembershipFactory(organisation=OrganisationFactory(region=elsewhere)).user
    of_none = UserFactory()

    def is_sound(who):
        data = {"who": who.phone, "role": RoleGrant.Role.STAFF, "where": region.code, "reason": "任命"}
        return GrantForm(data, scope=Scope(on_date=today, region_paths=(region.path,)), granter=granter).is_valid()

    assert [is_sound(of_mine), is_sound(of_none), is_sound(of_others)] == [True, True, False]


def test_nobody_moves_herself_or_somebody_shut_out(client, today):
    station = OrganisationFactory()
    officer = MembershipFactory(organisation=station).user
    RoleGrantFactory(user=officer, role=RoleGrant.Role.STAFF, region=station.region, from_date=today)
    colleague, gone = MembershipFactory(organisation=station).user, MembershipFactory(organisation=station).user
    gone.is_active = False
    gone.save()
    client.force_login(officer)

    def asked(user):
        return client.get(reverse("reports:person_leave", args=[user.uuid])).status_code

    assert [asked(colleague), asked(officer), asked(gone)] == [200, 404, 404]


def test_search_finds_nothing_that_is_behind_a_password():
    home = home_page()
    pages = [
        home.add_child(instance=InfoPage(title=f"{word}的说明", summary="", locale=home.locale))
        for word in ("公开", "加锁")
    ]
    PageViewRestriction.objects.create(page=pages[1], restriction_type="password", password="x")

    assert [hit.page.title for hit in find(text="说明", language="zh-hans").hits] == ["公开的说明"]


def test_a_power_that_begins_tomorrow_is_none_today(client, today):
    officer, region = UserFactory(), RegionFactory()
    RoleGrantFactory(user=officer, region=region, from_date=today + timedelta(days=1))
    client.force_login(officer)

    assert client.get(reverse("reports:overview")).status_code == 403
