"""The figures: from the sums alone, equal to a recount, at the same price for ten people and for ten thousand."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Standing
from people.models import Membership
from people.scope import Scope
from reports import places, selectors
from reports.places import OutsideScope
from reports.selectors import WHICH, Counts, Filters
from tests.factories.people import OrganisationFactory
from tests.factories.reports import Country, tally

TODAY = date(2026, 11, 24)
State = Standing.State

pytestmark = pytest.mark.django_db


@pytest.fixture
def country():
    return Country()


def scope_over(*regions, organisations=()):
    return Scope(TODAY, tuple(r.path for r in regions), tuple(o.path for o in organisations))


def see(country, scope, region=None, organisation=None):
    place = places.find(
        scope=scope,
        region=region.code if region else "",
        organisation=str(organisation.pk) if organisation else "",
    )
    return selectors.overview(scope=scope, region=place, programme=country.programme, on_date=TODAY)


def populate(country, count, seed=2026):
    """A random world: everybody somewhere, in every state, with dates on both sides of today and on it."""
    dice = random.Random(seed)
    spread = [-400, -90, -1, 0, 1, 89, 90, 91, 400]
    for _n in range(count):
        state = dice.choice(list(State))
        until = None
        if state == State.CERTIFIED and dice.random() < 0.9:
            until = TODAY + timedelta(days=dice.choice(spread))
        country.person(
            dice.choice(country.everywhere()),
            worker=dice.choice(Membership.Worker.values),
            state=state,
            valid_until_date=until,
            due_date=TODAY + timedelta(days=dice.choice(spread)),
        )
    tally()


def recounted(country, path_field, path):
    rows = Standing.objects.filter(**{f"{path_field}__path__startswith": path}, programme=country.programme)
    return {which: rows.filter(selectors.which_q(which, TODAY)).count() for which in WHICH}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_figure_of_every_place_equals_a_recount_of_the_people(country, seed):
    populate(country, 60, seed)
    scope = scope_over(country.nation)

    for region in (country.nation, country.province, country.county, country.no_counties, country.towns[0]):
        shown = see(country, scope, region)

        assert {w: getattr(shown.counts, w) for w in WHICH} == recounted(country, "region", region.path)
        for row in shown.rows:
            assert {w: getattr(row.counts, w) for w in WHICH} == recounted(country, "region", row.place.path)
        assert sum((r.counts for r in shown.rows), shown.own) == shown.counts


def test_the_figures_of_an_organisation_equal_a_recount_too(country):
    populate(country, 40)
    scope = scope_over(organisations=[country.league])

    shown = see(country, scope, organisation=country.league)

    assert {w: getattr(shown.counts, w) for w in WHICH} == recounted(country, "organisation", country.league.path)
    assert [r.place.name for r in shown.rows] == [
        r.place.name for r in sorted(shown.rows, key=lambda r: (r.counts.ratio is None, r.counts.ratio or 0))
    ]
    assert sum((r.counts for r in shown.rows), shown.own) == shown.counts
    assert shown.own.learners == Standing.objects.filter(organisation=country.league).count()


def test_expiry_and_lateness_turn_on_their_day(country):
    station = country.stations[0]
    country.person(station, state=State.CERTIFIED, valid_until_date=TODAY)
    country.person(station, state=State.CERTIFIED, valid_until_date=TODAY - timedelta(days=1))
    country.person(station, state=State.CERTIFIED, valid_until_date=TODAY + timedelta(days=90))
    country.person(station, state=State.CERTIFIED, valid_until_date=TODAY + timedelta(days=91))
    country.person(station, state=State.CERTIFIED, valid_until_date=None)
    country.person(station, state=State.STUDYING, due_date=TODAY)
    country.person(station, state=State.STUDYING, due_date=TODAY - timedelta(days=1))
    country.person(station, state=State.REVOKED, due_date=TODAY - timedelta(days=1))
    tally()

    counts = see(country, scope_over(country.county), country.county).counts

    assert counts == Counts(learners=8, studying=2, certified=4, expiring=2, overdue=1, expired=1, revoked=1)
    assert (counts.none, counts.not_started) == (4, 0)


def test_the_lowest_ratio_comes_first_and_places_without_people_last(country):
    for town, certified in zip(country.stations[:2], (1, 0), strict=True):
        country.person(town, state=State.CERTIFIED)
        country.person(town, state=State.CERTIFIED if certified else State.STUDYING)
    tally()

    rows = see(country, scope_over(country.county), country.county).rows

    assert [r.place.name for r in rows] == ["青禾2镇", "青禾1镇", "青禾3镇"]


def test_the_way_up_ends_where_the_scope_does(country):
    names = [p.name for p in see(country, scope_over(country.prefecture), country.towns[0]).crumbs]

    assert names == ["禾川市", "青禾县", "青禾1镇"]


def test_a_prefecture_without_counties_shows_its_townships(country):
    country.person(country.station_of_no_county)
    tally()

    shown = see(country, scope_over(country.province), country.no_counties)

    assert [(r.place.name, r.counts.learners) for r in shown.rows] == [("东湾一镇", 1)]


def test_a_division_that_ended_is_still_shown_while_people_stand_in_it(country):
    country.person(country.stations[0])
    country.towns[0].valid_to_date = TODAY - timedelta(days=10)
    country.towns[0].save()
    tally()

    shown = see(country, scope_over(country.county), country.county)

    assert [r.place.name for r in shown.rows if r.counts.learners] == ["青禾1镇"]
    assert shown.own == Counts()


@pytest.mark.parametrize("asked", ["beside", "province", "no such", "other organisation", "nonsense"])
def test_a_place_outside_the_scope_is_not_there(country, asked):
    scope = scope_over(country.county, organisations=[country.stations[0]])
    asks = {
        "beside": {"region": country.beside.code},
        "province": {"region": country.province.code},
        "no such": {"region": "123456"},
        "other organisation": {"organisation": str(country.station_beside.pk)},
        "nonsense": {"organisation": "1 OR 1"},
    }

    with pytest.raises(OutsideScope):
        places.find(scope=scope, **asks[asked])


def test_roots_leave_out_what_lies_inside_another(country):
    scope = scope_over(country.province, country.county, organisations=[country.league, country.stations[0]])

    assert [p.name for p in places.roots(scope=scope)] == ["苍岭省", "青禾县团委"]


def test_every_list_has_as_many_people_as_its_figure(country):
    populate(country, 80)
    scope = scope_over(country.county)
    place = places.find(scope=scope, region=country.county.code)

    for which in WHICH:
        for worker in ("", Membership.Worker.SOCIAL_WORKER):
            filters = Filters(which=which, worker=worker)
            page = selectors.people(
                scope=scope, region=place, programme=country.programme, filters=filters, page=1, on_date=TODAY
            )
            rows = selectors.chosen(
                scope=scope, region=place, programme=country.programme, filters=filters, on_date=TODAY
            )

            assert page.total == rows.count()
            assert len(page.rows) == min(page.total, 50)


def test_search_finds_by_name_village_and_certificate_and_nobody_outside(country):
    country.person(country.stations[0], name="田春梅", village="大寨村")
    country.person(country.station_beside, name="田春梅", village="大寨村")
    tally()
    scope = scope_over(country.county)
    place = places.find(scope=scope, region=country.county.code)

    for words in ("春梅", "大寨"):
        found = selectors.people(
            scope=scope, region=place, programme=country.programme, filters=Filters(q=words), page=1, on_date=TODAY
        )

        assert [(p.name, p.region) for p in found.rows] == [("田春梅", "青禾1镇")]


def queries_of(ask):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        ask()
    return len(seen)


def bulk(country, count):
    """Many people, without the price of making each by a factory."""
    from courses.models import Allocation
    from people.models import User

    station, rules = country.stations[0], country.programme.requirement_sets.get()
    start = User.objects.count() + 1
    users = User.objects.bulk_create(
        User(name=f"王{chr(0x4E00 + n % 9000)}", login_number=f"{start + n:08d}") for n in range(count)
    )
    memberships = Membership.objects.bulk_create(
        Membership(
            user=u,
            organisation=station,
            region=station.region,
            worker=Membership.Worker.VILLAGE_DIRECTOR,
            started_date=date(2024, 1, 1),
        )
        for u in users
    )
    from tests.factories.reports import THEN, WHY

    allocations = Allocation.objects.bulk_create(
        Allocation(learner=u, programme=country.programme, requirement_set=rules, allocated_at=THEN) for u in users
    )
    Standing.objects.bulk_create(
        Standing(
            user=u,
            programme=country.programme,
            allocation=a,
            membership=m,
            region=station.region,
            organisation=station,
            state=State.STUDYING,
            due_date=date(2026, 12, 31),
            why=WHY[State.STUDYING],
            changed_at=THEN,
        )
        for u, m, a in zip(users, memberships, allocations, strict=True)
    )
    tally()


def test_queries_are_as_many_for_ten_as_for_ten_thousand(country):
    scope = scope_over(country.county, organisations=[country.league])

    def asks():
        def overview(**at):
            see(country, scope, **at)

        def people(filters, page):
            place = places.find(scope=scope, region=country.county.code)
            selectors.people(
                scope=scope, region=place, programme=country.programme, filters=filters, page=page, on_date=TODAY
            )

        return [
            queries_of(lambda: overview(region=country.county)),
            queries_of(lambda: overview(organisation=country.league)),
            queries_of(lambda: people(Filters(), 1)),
            queries_of(lambda: people(Filters(which="none", worker="village_director", q="王"), 1)),
        ]

    bulk(country, 10)
    few = asks()
    bulk(country, 9_990)
    many = asks()

    assert few == many
    assert max(many) <= 6


def test_organisations_that_answer_to_each_other_count_downwards(country):
    deep = OrganisationFactory(name="大寨村委会", parent=country.stations[0], region=country.towns[0])
    country.person(deep)
    tally()

    rows = see(country, scope_over(organisations=[country.league]), organisation=country.league).rows

    assert [(r.place.name, r.counts.learners) for r in rows if r.counts.learners] == [("青禾1镇社工站", 1)]


def test_a_body_known_by_its_region_shows_only_the_people_of_her_places(country):
    """The station answers for somebody beyond the border too: a county's officer counts her own people only."""
    here = country.person(country.stations[0])
    country.person(country.stations[0], region=country.town_beside)
    tally()

    seen = see(country, scope_over(country.county), organisation=country.stations[0])

    assert seen.counts.learners == 1
    assert here.region == country.stations[0].region
    assert seen.changes == {}
