"""The officer's pages through the door: what she sees, what she does not, and that figure, list and file agree."""

import io
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from courses.models import Standing
from people.models import AuditEntry, Membership, RoleGrant
from reports.models import Export
from reports.selectors import WHICH
from tests.factories.people import RoleGrantFactory, UserFactory
from tests.factories.reports import Country, ExportFactory, tally

State = Standing.State
CANARY_NAME, CANARY_PHONE, CANARY_VILLAGE = "金丝雀", "13900009999", "金雀村"

pytestmark = pytest.mark.django_db


@pytest.fixture
def country():
    return Country()


def officer(client, *regions, organisations=(), **fields):
    user = UserFactory(name="张干事", **fields)
    for region in regions:
        RoleGrantFactory(user=user, region=region)
    for organisation in organisations:
        RoleGrantFactory(user=user, region=None, organisation=organisation)
    client.force_login(user)
    return user


def address(name, **query):
    return reverse(f"reports:{name}") + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def rows_of(content):
    book = load_workbook(io.BytesIO(content))
    return list(book.worksheets[1].iter_rows(values_only=True))[1:]


# --- who may see whom -------------------------------------------------------------------------------------------------

RELATIONS = ["own", "inside", "beside", "above", "none"]
LISTS = ["overview", "people", "export"]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("relation", RELATIONS)
def test_nobody_sees_people_outside_her_scope(client, country, name, relation):
    """The canary stands in 青禾1镇; the officer's grant stands in a relation to it."""
    country.person(country.stations[0], name=CANARY_NAME, phone=CANARY_PHONE, village=CANARY_VILLAGE)
    country.person(country.station_beside)
    tally()
    grant = {
        "own": [country.towns[0]],
        "inside": [country.county],
        "beside": [country.beside],
        "above": [country.province],
        "none": [country.other_province],
    }[relation]
    officer(client, *grant)
    may = relation in ("own", "inside", "above")

    for region in (country.towns[0], country.county, country.province, country.nation, country.beside):
        response = client.get(address(name, region=region.code))
        covered = any(region.path.startswith(g.path) for g in grant)

        assert response.status_code == (200 if covered else 404)
        if name == "people" and covered and CANARY_NAME in text(response):
            assert may
            assert CANARY_PHONE not in response.content.decode()
        if not may:
            assert CANARY_NAME not in response.content.decode()
            assert CANARY_VILLAGE not in response.content.decode()

    plain = client.get(address(name))
    assert plain.status_code == 200
    if name == "people":
        assert (CANARY_NAME in text(plain)) == may
    search = client.get(address("people", q=CANARY_NAME))
    assert (CANARY_VILLAGE in text(search)) == may


@pytest.mark.parametrize("name", [*LISTS, "exports"])
@pytest.mark.parametrize("role", [r for r in RoleGrant.Role if r != RoleGrant.Role.STAFF])
def test_other_roles_are_refused(client, country, name, role):
    user = UserFactory()
    RoleGrantFactory(user=user, role=role, region=country.nation)
    client.force_login(user)

    assert client.get(address(name)).status_code == 403


@pytest.mark.parametrize("name", [*LISTS, "exports"])
def test_a_stranger_is_sent_to_sign_in_and_an_ended_grant_is_no_grant(client, country, name):
    assert client.get(address(name)).status_code == 302

    user = UserFactory()
    RoleGrantFactory(user=user, region=country.county, to_date=timezone.localdate())
    client.force_login(user)

    assert client.get(address(name)).status_code == 403


def test_an_organisation_of_another_tree_is_not_there(client, country):
    country.person(country.station_beside, name=CANARY_NAME)
    tally()
    officer(client, organisations=[country.league])

    refused = client.get(address("people", organisation=country.station_beside.pk))

    assert refused.status_code == 404
    assert CANARY_NAME not in client.get(address("people")).content.decode()


# --- what she sees ----------------------------------------------------------------------------------------------------


def some_people(country):
    today = timezone.localdate()
    station = country.stations[0]
    country.person(station, name="吴桂芳", state=State.STUDYING, village="大寨村", phone="13612347712")
    country.person(station, name="石玉珍", phone=None)
    country.person(station, name="麻金花", state=State.CERTIFIED, valid_until_date=today - timedelta(days=3))
    country.person(station, name="阿依努尔·艾合买提", state=State.CERTIFIED, valid_until_date=today + timedelta(days=9))
    country.person(country.stations[1], name="罗秀云", state=State.REVOKED)
    country.person(country.stations[1], name="滕久香", state=State.CERTIFIED)
    country.person(country.stations[1], name="李冬妹", state=State.STUDYING, due_date=today - timedelta(days=5))
    tally()


def test_each_figure_opens_a_list_with_the_same_total_and_the_file_holds_as_many(client, country):
    some_people(country)
    officer(client, country.county)
    page = client.get(address("overview"))

    for _key, _name, count, link, _change in page.context["figures"]:
        opened = client.get(link)
        assert opened.context["shown"].total == count == len(opened.context["shown"].rows)
    for place, _marks, counts, _link, cells, _change in page.context["rows"]:
        for count, link in cells:
            assert client.get(link).context["shown"].total == count, (place, counts)
    for which in WHICH:
        total = client.get(address("people", which=which)).context["shown"].total
        sent = client.post(address("export", which=which))
        assert len(rows_of(b"".join(sent) if sent.streaming else sent.content)) == total


def test_people_of_the_county_itself_are_a_row_of_their_own_that_opens_them(client, country):
    some_people(country)
    country.person(country.league, name="张书记")
    tally()
    officer(client, country.county)

    page = client.get(address("overview"))
    (count, link), *_rest = page.context["own_cells"]

    assert count == 1
    assert [p.name for p in client.get(link).context["shown"].rows] == ["张书记"]


def test_a_list_says_where_she_stands_and_masks_the_phone(client, country):
    some_people(country)
    officer(client, country.county)

    page = text(client.get(address("people")))

    for words in ("136****7712", "没有登记", "已过期", "快到期", "已撤销", "从未登录", "C04 还差 3 课", "请补发登录条"):
        assert words in page
    assert "13612347712" not in page
    assert "已逾期 5 天" in text(client.get(address("people", which="overdue")))


def test_filters_stand_in_the_address_and_come_off_one_by_one(client, country):
    some_people(country)
    officer(client, country.county)

    page = client.get(address("people", which="none", worker="village_director", q="罗", region=country.towns[1].code))
    assert [p.name for p in page.context["shown"].rows] == ["罗秀云"]
    assert [name for name, _link in page.context["chips"]] == ["青禾2镇", "儿童主任", "“罗”"]

    for _name, link in page.context["chips"]:
        assert client.get(link).context["shown"].total >= 1


def test_nobody_here_says_so_and_shows_the_way_back(client, country):
    some_people(country)
    officer(client, country.county)

    page = client.get(address("people", q="没有这个人"))

    assert "这里没有要找的人" in text(page)
    assert client.get(page.context["wider"][1]).context["shown"].total == 7


def test_several_grants_are_chosen_from(client, country):
    some_people(country)
    officer(client, country.county, country.no_counties, organisations=[country.station_beside])

    page = client.get(address("overview"))

    assert [place.name for place, _link in page.context["choices"]] == ["青禾县", "东湾市", "白水镇社工站"]
    for _place, link in page.context["choices"]:
        assert client.get(link).status_code == 200


def test_an_officer_of_an_organisation_sees_its_tree(client, country):
    some_people(country)
    officer(client, organisations=[country.league])

    page = client.get(address("overview"))

    assert page.context["overview"].counts.learners == 7
    assert [place.name for place, *_rest in page.context["rows"]][-1] == "青禾3镇社工站"
    assert "各下级单位持证率" in text(page)


def test_a_country_without_people_or_programme_is_told_kindly(client, country):
    officer(client, country.county)
    assert "这里还没有学员" in text(client.get(address("overview")))
    assert "这里没有要找的人" in text(client.get(address("people")))


def test_an_unknown_programme_is_not_there(client, country):
    officer(client, country.county)

    assert client.get(address("overview", programme="XX")).status_code == 404


@pytest.mark.parametrize("query", ["page=0", "page=999", "page=x", "which=zzz", "worker=zzz", "q=%25", "region="])
def test_a_strange_address_is_forgiven(client, country, query):
    some_people(country)
    officer(client, country.county)

    assert client.get(reverse("reports:people") + "?" + query).status_code == 200


def test_pages_ask_the_database_as_often_for_many_as_for_few(client, country):
    def queries(path):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    officer(client, country.county)
    paths = [address("overview"), address("people"), address("people", which="none", q="王"), address("export")]
    some_people(country)
    few = [queries(path) for path in paths]
    for _n in range(60):
        country.person(country.stations[2], name="王小兰", state=State.STUDYING)
    tally()

    assert [queries(path) for path in paths] == few


def test_a_refusal_is_in_our_words(client, country):
    officer(client, country.county)

    refused = client.get(address("overview", region=country.beside.code))

    assert refused.status_code == 404
    assert "没有这一页" in text(refused)
    assert country.beside.name not in text(refused)


def test_the_top_says_whose_desk_it_is(client, country):
    user = officer(client, country.county)
    Membership.objects.create(
        user=user,
        organisation=country.league,
        region=country.county,
        worker=Membership.Worker.LEAGUE_CADRE,
        started_date=date(2025, 1, 1),
    )

    assert "青禾县团委 张干事" in text(client.get(address("overview")))


def test_pages_are_read_in_english_too(client, country):
    some_people(country)
    officer(client, country.county)

    for path in ("", "people/", "export/", "exports/"):
        response = client.get(f"/en/desk/{path}")
        assert response.status_code == 200
        assert '<html lang="en"' in response.content.decode()


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_file_has_typed_cells_masked_phones_and_says_what_it_is(client, country):
    some_people(country)
    at = timezone.now().replace(hour=17, minute=30)  # the next day in Shanghai
    Standing.objects.filter(user__name="吴桂芳").update(last_activity_at=at, lessons_finished=5)
    user = officer(client, country.county)

    response = client.post(address("export", which="learners"))
    book = load_workbook(io.BytesIO(response.content))
    cover, sheet = book.worksheets
    head = [c.value for c in sheet[1]]
    cells = {row[0].value: dict(zip(head, row, strict=True)) for row in sheet.iter_rows(min_row=2)}

    assert re.fullmatch(r'attachment; filename="qingmiao-\d{8}-\d{4}\.xlsx"', response["Content-Disposition"])
    assert sheet.freeze_panes == "B2"
    assert {r[0].value: r[1].value for r in cover.iter_rows()}["导出人"] == "张干事"
    assert "中间四位已遮住" in [c.value for c in cover["B"]]
    assert cells["吴桂芳"]["手机"].value == "136****7712"
    assert cells["吴桂芳"]["学完几课"].value == 5
    assert cells["吴桂芳"]["最近学习"].value == timezone.localtime(at).replace(tzinfo=None, second=0, microsecond=0)
    assert cells["阿依努尔·艾合买提"]["有效期至"].is_date
    assert cells["石玉珍"]["手机"].value is None
    entry = AuditEntry.objects.get(verb="export_people")
    assert (entry.actor, entry.details["rows"], entry.details["filters"]["which"]) == (user, 7, "learners")


@pytest.mark.parametrize(
    "payload", ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "https://x.example"]
)
def test_what_looks_like_a_formula_stays_words(client, country, payload):
    country.person(country.stations[0], village=payload)
    tally()
    officer(client, country.county)

    sheet = load_workbook(io.BytesIO(client.post(address("export")).content)).worksheets[1]
    (cell,) = [c for c in sheet[2] if c.value and payload.strip() in str(c.value)]

    assert cell.data_type == "s"
    assert cell.hyperlink is None


def test_full_phones_need_a_reason_and_leave_a_record_of_their_own(client, country):
    some_people(country)
    officer(client, country.county)

    refused = client.post(address("export"), {"phones": "1", "reason": " "})
    assert refused.status_code == 422
    assert "请写明完整号码用来做什么" in text(refused)
    assert not AuditEntry.objects.exists()

    given = client.post(address("export"), {"phones": "1", "reason": "打电话提醒续学"})
    phones = {row[0]: row[2] for row in rows_of(given.content)}
    assert phones["吴桂芳"] == "13612347712"
    assert AuditEntry.objects.get(verb="export_full_phones").reason == "打电话提醒续学"


def test_asking_alone_takes_nothing(client, country):
    some_people(country)
    officer(client, country.county)

    page = client.get(address("export"))

    assert "学员，7 人" in text(page)
    assert not AuditEntry.objects.exists()


def long_export(client, country, monkeypatch):
    monkeypatch.setattr("reports.views.exports.ROWS_AT_ONCE", 3)
    some_people(country)
    user = officer(client, country.county)
    response = client.post(address("export", which="learners"))
    assert response.url == reverse("reports:exports")
    return user, Export.objects.get()


def test_a_long_list_is_owed_written_and_fetched_by_whoever_asked(client, country, monkeypatch):
    from reports.tasks import write_export

    user, export = long_export(client, country, monkeypatch)
    assert "排队中" in text(client.get(address("exports")))
    assert client.get(reverse("reports:export_file", args=[export.uuid])).status_code == 404

    write_export(export.pk)
    write_export(export.pk)  # rung twice, written once

    export.refresh_from_db()
    assert (export.state, export.rows_written, export.attempts) == (Export.State.DONE, 7, 1)
    assert "下载" in text(client.get(address("exports")))
    sent = client.get(reverse("reports:export_file", args=[export.uuid]))
    assert len(rows_of(b"".join(sent.streaming_content))) == 7
    assert user.messages_owed.get().kind == "export_ready"
    assert AuditEntry.objects.get(verb="export_people").object_id == str(export.uuid)

    officer(client, country.county)
    assert client.get(reverse("reports:export_file", args=[export.uuid])).status_code == 404
    assert "学员，7 人" not in text(client.get(address("exports")))


def test_a_killed_worker_s_export_is_written_by_the_next(client, country, monkeypatch):
    from reports import services
    from reports.tasks import write_export

    _user, export = long_export(client, country, monkeypatch)
    whole = services.write_workbook

    def dies(file, **kwargs):
        file.write(b"half")
        raise OSError("killed")

    monkeypatch.setattr(services, "write_workbook", dies)
    with pytest.raises(OSError, match="killed"):
        write_export(export.pk)
    export.refresh_from_db()
    assert export.state == Export.State.OWED
    assert export.due_at > timezone.now()

    monkeypatch.setattr(services, "write_workbook", whole)
    Export.objects.update(due_at=timezone.now())
    write_export(export.pk)

    export.refresh_from_db()
    assert export.state == Export.State.DONE


def test_after_its_week_the_file_is_gone_and_the_row_stays(client, country, monkeypatch):
    from reports.services import drop_old_exports, exports_folder
    from reports.tasks import write_export

    _user, export = long_export(client, country, monkeypatch)
    write_export(export.pk)
    export.refresh_from_db()
    file = exports_folder() / export.file
    assert file.exists()

    assert drop_old_exports(now=export.expires_at) == 1

    assert not file.exists()
    Export.objects.update(expires_at=timezone.now())
    assert "过了保留期" in text(client.get(address("exports")))


def test_an_export_keeps_the_scope_it_was_asked_in(client, country, monkeypatch):
    from reports.tasks import write_export

    country.person(country.station_beside, name=CANARY_NAME)
    _user, export = long_export(client, country, monkeypatch)
    write_export(export.pk)

    sent = client.get(reverse("reports:export_file", args=[export.uuid]))

    assert CANARY_NAME not in str(rows_of(b"".join(sent.streaming_content)))


def test_an_export_from_before_a_filter_was_thought_of_is_still_listed(client, country):
    user = officer(client, country.county)
    ExportFactory(
        asked_by=user,
        filters={"which": "learners", "worker": "", "q": "", "is_direct": False},
        state="done",
        expires_at=timezone.now() + timedelta(days=1),
    )

    assert client.get(address("exports")).status_code == 200
