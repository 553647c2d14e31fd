"""Clause × course × place: the numbers are people, the lists are theirs, and no border is crossed."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.models import GuidanceTask
from courses.models import Enrolment
from people.models import RoleGrant, User
from people.scope import Scope
from reports import places
from reports.coverage import coverage, coverage_below, members
from tests.factories.content import course_with_lessons
from tests.factories.people import MembershipFactory, RoleGrantFactory, UserFactory
from tests.factories.reports import Country

pytestmark = pytest.mark.django_db
DONE = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def country():
    country = Country()
    country.task = GuidanceTask.objects.create(code="T1.3", title_zh="发现和报告", title_en="Report")
    GuidanceTask.objects.create(code="T3.1", title_zh="安全教育", title_en="Safety")
    country.course = course_with_lessons(lessons=1)
    country.course.guidance_tasks.add(country.task)
    return country


def somebody(country, station, *, has_completed: bool, name="罗秀云"):
    post = MembershipFactory(organisation=station, region=station.region, user__name=name)
    Enrolment.objects.create(
        learner=post.user,
        course=country.course,
        release=country.course.releases.get(),
        enrolled_at=DONE,
        completed_at=DONE if has_completed else None,
    )
    return post.user


def scope_over(region) -> Scope:
    return Scope(on_date=timezone.localdate(), region_paths=(region.path,))


def test_cells_count_those_in_post_who_completed_and_sum_over_the_places_below(country):
    for station in country.stations:
        somebody(country, station, has_completed=True)
        somebody(country, station, has_completed=False)
    somebody(country, country.station_beside, has_completed=True)
    for region, people, done in ((country.county, 6, 3), (country.prefecture, 7, 4)):
        place, scope = places.of_region(region), scope_over(region)
        shown = coverage(scope=scope, place=place, on_date=scope.on_date)
        below = coverage_below(scope=scope, place=place, task=country.task, on_date=scope.on_date)

        assert shown.in_post == people
        assert {task.code: cells for task, cells in shown.rows} == {"T1.3": (done,), "T3.1": (None,)}
        assert sum(n for _place, n, _cells in below.rows) == people
        assert sum(cells[0] for _place, _n, cells in below.rows) == done


def test_her_numbers_open_her_people_and_nobody_elses(client, country):
    inside = somebody(country, country.stations[0], has_completed=True)
    beside = somebody(country, country.station_beside, has_completed=True, name="邻县人")
    officer = UserFactory()
    RoleGrantFactory(user=officer, role=RoleGrant.Role.STAFF, region=country.county)
    client.force_login(officer)
    code = country.course.code.lower()

    table = client.get("/desk/clauses/?task=T1.3").content.decode()
    people = client.get(f"/desk/clauses/{code}/").content.decode()

    assert f"/desk/clauses/{code}/?region=980101" in table.replace("&amp;", "&")
    assert inside.name in people
    assert inside.masked_phone in people
    assert beside.name not in people + table
    for path in (f"/desk/clauses/{code}/?region=980102", "/desk/clauses/?region=980102", "/desk/clauses/?task=X9"):
        assert client.get(path).status_code == 404


def test_a_wider_place_shows_no_more_than_the_scope_and_nobody_shut_out(country):
    inside = somebody(country, country.stations[0], has_completed=True)
    somebody(country, country.station_beside, has_completed=True)
    shut_out = somebody(country, country.stations[0], has_completed=True)
    User.objects.filter(pk=shut_out.pk).update(is_active=False)

    found = members(
        scope=scope_over(country.county), place=places.of_region(country.prefecture), on_date=timezone.localdate()
    )

    assert [one.user for one in found] == [inside]


def test_as_few_questions_for_many_as_for_one(country):
    place, scope = places.of_region(country.county), scope_over(country.county)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            coverage(scope=scope, place=place, on_date=scope.on_date)
        with CaptureQueriesContext(connection) as below:
            coverage_below(scope=scope, place=place, task=country.task, on_date=scope.on_date)
        return len(seen), len(below)

    somebody(country, country.stations[0], has_completed=True)
    few = asked()
    for n in range(30):
        somebody(country, country.stations[n % 3], has_completed=n % 2 == 0)

    assert asked() == few
    assert max(few) <= 6
