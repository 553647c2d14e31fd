"""A month's close: what the figures were at a midnight, from the facts alone, beside what was kept as it happened."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.demo.content import OPEN_FOR, load_content
from courses.demo.people import plant_people
from courses.models import Programme
from people.models import Organisation, Region, RoleGrant
from people.scope import Scope
from reports import places, selectors
from reports.closing import close_month, close_months_begun, figures_at
from reports.models import ClosedFigures
from reports.posts import posts
from reports.selectors import Counts
from reports.tasks import close_the_month
from tests.factories.people import RegionFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def lived(django_db_setup, django_db_blocker):
    """Sixty people of the demo at every stage, whose records were made over months by the services themselves."""
    with django_db_blocker.unblock(), transaction.atomic():
        now = timezone.now()
        nation = RegionFactory(code="000000", name="全国", level=Region.Level.NATION)
        for code in ("520628", "360827", "620121"):
            province = RegionFactory(code=f"{code[:2]}0000", level=Region.Level.PROVINCE, parent=nation)
            county = RegionFactory(code=code, name=f"{code}县", level=Region.Level.COUNTY, parent=province)
            for n in range(9):
                RegionFactory(code=f"{code}{n:03d}", level=Region.Level.TOWNSHIP, parent=county)
        course = load_content(now=now, opened_at=now - OPEN_FOR)
        plant_people(seed=1, learners=60, course=course, now=now)
        yield now
        transaction.set_rollback(True)


def whole() -> Scope:
    nation = Region.objects.get(level=Region.Level.NATION)
    return Scope(on_date=timezone.localdate(), region_paths=(nation.path,))


def now_of(place, programme) -> Counts:
    return selectors.overview(scope=whole(), region=place, programme=programme, on_date=timezone.localdate()).counts


def test_tomorrows_midnight_by_the_facts_is_today_by_the_sums(lived):
    """All that was recorded so far: the dated facts and the running sums must say the same of every place."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    for programme in Programme.objects.all():
        asked = figures_at(programme=programme, day=tomorrow)
        assert asked
        for (kind, pk), counts in asked.items():
            model = Region if kind == "region" else Organisation
            one = model.objects.get(pk=pk)
            place = places.of_region(one) if kind == "region" else places.of_organisation(one)
            kept = selectors.overview(
                scope=Scope(on_date=tomorrow, region_paths=whole().region_paths),
                region=place,
                programme=programme,
                on_date=tomorrow,
            ).counts
            assert counts == kept, place


def test_a_past_midnight_knows_nothing_of_what_came_later(lived):
    programme = Programme.objects.get(code="C04")
    nation = Region.objects.get(level=Region.Level.NATION)
    days = [timezone.localdate() - timedelta(days=n) for n in (400, 120, 60, 30, 0)]

    seen = [figures_at(programme=programme, day=day).get(("region", nation.pk), Counts()) for day in days]

    assert [one.learners for one in seen] == sorted(one.learners for one in seen)
    assert seen[0].learners == 0 < seen[-1].learners
    assert any(one.certified for one in seen[1:-1])


def test_every_parent_is_the_sum_of_its_children_and_its_own(lived):
    programme = Programme.objects.get(code="C04")
    for back in range(0, 200, 20):
        figures = figures_at(programme=programme, day=timezone.localdate() - timedelta(days=back))
        for region in Region.objects.filter(level__lt=Region.Level.TOWNSHIP):
            below = [figures.get(("region", child.pk), Counts()) for child in region.children.all()]
            assert figures.get(("region", region.pk), Counts()) == sum(below, Counts())


def test_a_month_is_closed_once_and_the_missed_ones_are_made_up(lived):
    now = timezone.now()
    first = timezone.localdate(now).replace(day=1)
    long_ago = (first - timedelta(days=70)).replace(day=1)
    close_month(day=long_ago, now=now)

    assert close_months_begun(now=now) == len({first} | _firsts(long_ago, first))
    assert close_the_month() == 0
    rows = ClosedFigures.objects.count()
    close_month(day=first, now=now)
    assert ClosedFigures.objects.count() == rows > 0
    with pytest.raises(ValueError, match="has not begun"):
        close_month(day=timezone.localdate(now) + timedelta(days=1), now=now)


def _firsts(after: date, until: date) -> set[date]:
    found, day = set(), until
    while day > after:
        found.add(day)
        day = (day - timedelta(days=1)).replace(day=1)
    return found


@pytest.fixture
def officer(client, lived):
    user = UserFactory()
    RoleGrantFactory(user=user, role=RoleGrant.Role.STAFF, region=Region.objects.get(code="520628"))
    client.force_login(user)
    return user


def test_the_overview_tells_the_change_and_shows_the_month_before(client, officer):
    first = timezone.localdate().replace(day=1)
    assert "上月末还没有记数" in client.get("/desk/?programme=C04").content.decode()
    close_month(day=first, now=timezone.now())
    county = Region.objects.get(code="520628")
    programme = Programme.objects.get(code="C04")
    then = figures_at(programme=programme, day=first)["region", county.pk]
    present = now_of(places.of_region(county), programme)

    page = client.get("/desk/?programme=C04").content.decode()
    past = client.get(f"/desk/?programme=C04&on={first}").content.decode()

    change = f"{present.certified - then.certified:+d}".replace("+0", "±0")
    assert f"比上月末 {change}" in page
    assert f"{first} 零点的数字" in past
    assert f"<b>{then.certified}</b>" in past
    assert "/desk/people/?" not in past.split("<main")[1].split("</main>")[0].split("stats")[1].split("</div>")[0]


@pytest.mark.parametrize("on", ["", "x", "2026-13-40", "1999-01-01", "9999-12-31"])
def test_a_day_that_was_not_closed_is_the_present(client, officer, on):
    page = client.get(f"/desk/?programme=C04&on={on}")

    assert page.status_code == 200
    assert "数据截至" in page.content.decode()


def test_one_kind_of_worker_is_counted_alone_and_its_lists_agree(client, officer):
    county, programme = places.of_region(Region.objects.get(code="520628")), Programme.objects.get(code="C04")
    scope = Scope(on_date=timezone.localdate(), region_paths=(county.path,))
    kinds = [
        selectors.overview(scope=scope, region=county, programme=programme, on_date=scope.on_date, worker=worker).counts
        for worker in (
            "village_director",
            "township_supervisor",
            "social_worker",
            "companion_mother",
            "league_cadre",
            "volunteer",
        )
    ]

    page = client.get("/desk/?programme=C04&worker=village_director").content.decode()

    assert sum(kinds, Counts()) == now_of(county, programme)
    assert f"<b>{kinds[0].learners}</b>" in page
    assert "which=learners&amp;worker=village_director" in page


def test_posts_and_bodies_add_up_to_the_place(client, officer):
    programme = Programme.objects.get(code="C04")
    county = Region.objects.get(code="520628")
    for region in (county, county.parent, county.parent.parent):
        place = places.of_region(region)
        scope = Scope(on_date=timezone.localdate(), region_paths=(place.path,))
        shown = posts(scope=scope, place=place, programme=programme, on_date=scope.on_date)
        total = now_of(place, programme)
        assert sum((counts for _v, _l, counts in shown.workers), Counts()) == total
        assert sum((one.counts for one in shown.kinds), Counts()) == total
        stations = next(one for one in shown.kinds if one.kind == "station")
        assert sum(one.standing for one in shown.stations) == stations.standing
        assert sum(one.with_certified for one in shown.stations) == stations.with_certified
    page = client.get("/desk/posts/?programme=C04").content.decode()
    assert "乡镇社工站" in page
    assert "kind=station" in page


def test_posts_ask_as_many_questions_of_a_county_as_of_the_nation(lived):
    programme = Programme.objects.get(code="C04")
    asked = []
    for region in (Region.objects.get(code="520628"), Region.objects.get(code="000000")):
        place = places.of_region(region)
        with CaptureQueriesContext(connection) as seen:
            posts(
                scope=Scope(on_date=timezone.localdate(), region_paths=(place.path,)),
                place=place,
                programme=programme,
                on_date=timezone.localdate(),
            )
        asked.append(len(seen))
    assert max(asked) <= 8


def test_a_close_of_a_body_is_not_shown_to_who_sees_only_a_part_of_it(client, officer):
    """The station's people beyond the border are in its close: the county's officer gets the present, hers alone."""
    first = timezone.localdate().replace(day=1)
    close_month(day=first, now=timezone.now())
    station = Organisation.objects.filter(kind="station", region__path__contains="520628").first()
    programme = Programme.objects.get(code="C04")
    scope = Scope(on_date=timezone.localdate(), region_paths=(Region.objects.get(code="520628").path,))
    shown = selectors.overview(
        scope=scope,
        region=places.of_organisation(station),
        programme=programme,
        on_date=scope.on_date,
        day=first,
    )

    assert shown.changes == {}
    assert "数据截至" in client.get(f"/desk/?organisation={station.pk}&programme=C04&on={first}").content.decode()


def test_a_region_that_was_renamed_is_closed_under_the_row_that_stood(lived):
    county = Region.objects.get(code="520628")
    day = timezone.localdate()
    new = Region.objects.create(
        code="520628x", name="新名", level=county.level, parent=county.parent, path=county.path, full_name="新名",
        valid_from_date=day + timedelta(days=30),
    )  # fmt: skip
    programme = Programme.objects.get(code="C04")

    figures = figures_at(programme=programme, day=day)

    assert ("region", county.pk) in figures
    assert ("region", new.pk) not in figures
