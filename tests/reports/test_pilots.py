"""Pilots and demonstrations: written down by an administrator with a paper and dates, compared by an officer."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Standing
from people.models import AuditEntry, RegionDesignation, RoleGrant
from people.services import AlreadyDesignated, designate_region, end_designation, rename_region
from reports.pilots import compare
from reports.places import of_region
from tests.factories.people import RegionFactory, RoleGrantFactory, UserFactory
from tests.factories.reports import Country, tally

pytestmark = pytest.mark.django_db
Kind, State = RegionDesignation.Kind, Standing.State
PAPER = {"kind": "pilot", "where": "980101", "from_date": "2026-01-01", "paper": "某某〔2026〕3 号"}


@pytest.fixture
def country():
    return Country()


def signed_in(client, region, role=RoleGrant.Role.STAFF):
    user = UserFactory(name="甲")
    RoleGrantFactory(user=user, role=role, region=region)
    client.force_login(user)
    return user


def designate(region, kind=Kind.PILOT, **fields):
    since = fields.pop("from_date", date(2026, 1, 1))
    fields = {"paper": "某某〔2026〕3 号", "designated_by": UserFactory(), "at": timezone.now()} | fields
    return designate_region(region=region, kind=kind, from_date=since, **fields)


def people_everywhere(country):
    for station in (*country.stations, country.station_beside, country.station_of_no_county):
        country.person(station, state=State.CERTIFIED)
        country.person(station, state=State.STUDYING)
    tally()


def page(client, **query):
    return client.get(reverse("reports:pilots"), query)


def counted(answer) -> dict[str, int]:
    return {side.kind: side.counts.learners for side in answer.context["shown"].sides}


# ---- comparing


def test_each_number_is_its_list_s_and_the_sides_make_the_total(client, country):
    people_everywhere(country)
    designate(country.county)
    designate(country.no_counties, Kind.DEMONSTRATION)
    signed_in(client, country.province)

    shown = page(client)

    assert counted(shown) == {"pilot": 6, "demonstration": 2, "rest": 2}
    assert shown.context["shown"].total.learners == 10
    for _name, _side, cells in shown.context["sides"]:
        for _figure, count, address in cells:
            opened = client.get(address)
            assert opened.context["shown"].total == count
            assert len(opened.context["shown"].rows) == count
    listed = client.get(reverse("reports:people"), {"region": "980000", "designation": "rest"}).content.decode()
    assert "其余地区" in listed
    assert "白水" in listed
    assert "青禾1镇" not in listed.split("<tbody>")[1]


def test_what_is_both_counts_on_both_sides_and_once_in_the_total(client, country):
    people_everywhere(country)
    designate(country.county)
    designate(country.prefecture, Kind.DEMONSTRATION)
    designate(country.towns[0])  # inside the pilot: nobody counts twice
    signed_in(client, country.province)

    shown = page(client)

    assert counted(shown) == {"pilot": 6, "demonstration": 8, "rest": 2}
    assert shown.context["shown"].total.learners == 10


def test_a_township_of_a_pilot_county_is_all_pilot(client, country):
    people_everywhere(country)
    designate(country.county)
    signed_in(client, country.towns[0])

    assert counted(page(client)) == {"pilot": 2, "demonstration": 0, "rest": 0}


def test_what_has_ended_or_not_begun_is_none_and_the_page_says_what_to_do(client, country):
    people_everywhere(country)
    ended = designate(country.county)
    end_designation(
        designation=ended, to_date=timezone.localdate(), ended_by=UserFactory(), reason="到期", at=timezone.now()
    )
    designate(country.beside, from_date=timezone.localdate() + timedelta(days=1))
    signed_in(client, country.province)

    assert "今天没有试点" in page(client).content.decode()


def test_a_renamed_county_stays_a_pilot(client, country):
    people_everywhere(country)
    designate(country.county)
    today = timezone.localdate()
    rename_region(region=country.county, name="青禾市", on_date=today, renamed_by=None, now=timezone.now())
    signed_in(client, country.province)

    assert counted(page(client))["pilot"] == 6


def test_nobody_sees_another_place_s(client, country):
    people_everywhere(country)
    designate(country.county)
    signed_in(client, country.beside)

    assert "某某〔2026〕3 号" not in page(client).content.decode()
    assert page(client, region="980101").status_code == 404
    listed = client.get(reverse("reports:people"), {"designation": "pilot"})
    assert listed.context["shown"].total == 0


def test_the_overview_marks_the_place_and_leads_to_the_comparison(client, country):
    people_everywhere(country)
    designate(country.county)
    signed_in(client, country.prefecture)

    html = client.get(reverse("reports:overview")).content.decode()

    assert '青禾县</a> <span class="tag">试点</span>' in html
    assert "白水县</a></th>" in html
    assert reverse("reports:pilots") in html


def test_queries_are_as_many_for_one_place_as_for_twenty(client, country):
    signed_in(client, country.province)
    people_everywhere(country)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            page(client)
        return len(asked)

    designate(country.county)
    one = cost()
    for n in range(20):
        county = RegionFactory(code=f"98030{n:01d}" if n < 10 else f"9804{n}", parent=country.prefecture)
        designate(county)
    people_everywhere(country)

    assert cost() == one
    with CaptureQueriesContext(connection) as asked:
        compare(place=of_region(country.province), programme=country.programme, on_date=timezone.localdate())
    assert len(asked) == 2


def test_an_export_keeps_the_side(client, country):
    people_everywhere(country)
    designate(country.county)
    signed_in(client, country.province)

    answer = client.post(f"{reverse('reports:export')}?region=980000&which=learners&designation=pilot")

    assert answer.status_code == 200
    assert AuditEntry.objects.get(verb="export_people").details["filters"]["designation"] == "pilot"
    assert AuditEntry.objects.get(verb="export_people").details["rows"] == 6


# ---- writing down


def test_an_administrator_writes_one_down_and_ends_it_each_asked_once_more(client, country):
    who = signed_in(client, country.province, RoleGrant.Role.ADMINISTRATOR)
    assert "文件下来了，就记一处" in client.get(reverse("reports:designations")).content.decode()

    asked = client.post(reverse("reports:designate"), PAPER).content.decode()
    before = RegionDesignation.objects.count()
    client.post(reverse("reports:designate"), PAPER | {"sure": "yes"})
    made = RegionDesignation.objects.get()
    again = client.post(reverse("reports:designate"), PAPER | {"sure": "yes"})

    assert "苍岭省" in asked
    assert before == 0
    assert (made.region, made.kind, made.designated_by) == (country.county, "pilot", who)
    assert (again.status_code, "先到列表里结束原来的" in again.content.decode()) == (422, True)
    ending = reverse("reports:designation_end", args=[made.pk])
    assert client.post(ending, {"reason": " "}).status_code == 422
    client.post(ending, {"reason": "试点期满"})
    made.refresh_from_db()
    assert made.to_date == timezone.localdate()
    assert client.get(ending).status_code == 404
    verbs = ["region_designated", "region_designation_ended"]
    assert list(AuditEntry.objects.filter(verb__in=verbs).order_by("pk").values_list("verb", flat=True)) == verbs


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"where": "970000"}, "您管的范围里没有"),
        ({"where": ""}, "请写地区"),
        ({"from_date": "去年"}, "2026-11-25 这样的日期"),
        ({"from_date": "0001-01-01"}, "年份太早了"),
        ({"paper": ""}, "请写是哪份文件定的"),
        ({"kind": "best"}, "err"),
    ],
)
def test_a_wrong_answer_is_said_and_nothing_is_written(client, country, wrong, said):
    signed_in(client, country.province, RoleGrant.Role.ADMINISTRATOR)

    answer = client.post(reverse("reports:designate"), PAPER | wrong | {"sure": "yes"})

    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not RegionDesignation.objects.exists()


def test_another_province_s_is_neither_listed_nor_ended(client, country):
    foreign = designate(country.other_province)
    signed_in(client, country.province, RoleGrant.Role.ADMINISTRATOR)

    assert "云泽省" not in client.get(reverse("reports:designations")).content.decode()
    assert client.post(reverse("reports:designation_end", args=[foreign.pk]), {"reason": "越界"}).status_code == 404


def test_two_of_a_kind_never_overlap(country):
    designate(country.county, from_date=date(2026, 3, 1))

    with pytest.raises(AlreadyDesignated):
        designate(country.county, from_date=date(2025, 1, 1))
    assert designate(country.county, Kind.DEMONSTRATION).pk
