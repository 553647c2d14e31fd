"""The roster through the door: who is added, moved and gone, and that nobody reaches over a border."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.models import Standing, Tally
from people.models import AuditEntry, Membership, Organisation, Region, RoleGrant, User
from tests.factories.courses import ProgrammeFactory
from tests.factories.people import MembershipFactory, OrganisationFactory, RegionFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
STAFF, ADMINISTRATOR = RoleGrant.Role.STAFF, RoleGrant.Role.ADMINISTRATOR


@pytest.fixture
def county():
    return RegionFactory(code="990321", name="青禾县")


@pytest.fixture
def town(county):
    return RegionFactory(code="990321104", name="大兴镇", parent=county, level=Region.Level.TOWNSHIP)


@pytest.fixture
def station(town):
    return OrganisationFactory(region=town, name="大兴镇社工站")


@pytest.fixture
def officer(client, county):
    user = UserFactory(name="县里干部")
    RoleGrantFactory(user=user, role=STAFF, region=county)
    client.force_login(user)
    return user


def answers(station, **changed):
    return {
        "name": "罗秀云",
        "phone": "13800010001",
        "email": "",
        "language": "zh-hans",
        "worker": "village_director",
        "organisation": station.pk,
        "region": "",
        "village": "上寨村",
        "started_date": timezone.localdate().isoformat(),
    } | changed


def test_a_new_person_is_placed_set_to_learn_counted_and_given_a_slip(client, officer, station, county):
    programme = ProgrammeFactory()

    page = client.post("/desk/people/add/", answers(station, programmes=[programme.code]), follow=True)

    person = User.objects.get(name="罗秀云")
    post = Membership.objects.get(user=person)
    assert (post.organisation, post.region, post.village) == (station, station.region, "上寨村")
    assert "已经把罗秀云加进名册" in page.content.decode()
    assert "登录条" in page.content.decode()
    assert Standing.objects.get(user=person).region == station.region
    assert Tally.objects.filter(region=county, fact=Tally.Fact.LEARNER).count() == 1
    assert not person.has_usable_password()
    assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {"person_added", "person_placed"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "罗"}, "姓名至少两个字"),
        ({"name": "罗<b>"}, "姓名里不能有"),
        ({"phone": "1380001"}, "手机号是 11 位"),
        ({"phone": "13800009999"}, "这个手机号已经有人用"),
        ({"email": "a@"}, "邮箱写得不全"),
        ({"organisation": "999999"}, "这个单位不在您管的范围里"),
        ({"organisation": "x"}, "这个单位不在您管的范围里"),
        ({"started_date": "2099-01-01"}, "到岗日期还没有到"),
        ({"started_date": "昨天"}, "2026-11-25 这样的日期"),
        ({"programmes": ["77"]}, "没有这个证书项目"),
        ({"programmes": ["9" * 30]}, "没有这个证书项目"),
        ({"village": "村" * 61}, "60"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_nobody_is_half_added(client, officer, station, changed, said):
    UserFactory(phone="13800009999")
    before = User.objects.count()

    page = client.post("/desk/people/add/", answers(station, **changed))

    assert page.status_code == 422
    assert said in page.content.decode()
    assert User.objects.count() == before
    assert not Membership.objects.filter(organisation=station).exists()


def test_a_move_takes_the_numbers_along_and_keeps_what_she_earned(client, officer, station, county):
    other = OrganisationFactory(
        region=RegionFactory(code="990321105", name="世昌镇", parent=county, level=Region.Level.TOWNSHIP)
    )
    client.post("/desk/people/add/", answers(station, programmes=[ProgrammeFactory().code]))
    person = User.objects.get(name="罗秀云")

    shown = client.get(f"/desk/people/{person.uuid}/post/")
    page = client.post(
        f"/desk/people/{person.uuid}/post/",
        answers(other, worker="township_supervisor", village=""),
        follow=True,
    )

    assert shown.status_code == page.status_code == 200
    assert Standing.objects.get(user=person).region == other.region
    assert _learners(station.region) == 0
    assert _learners(other.region) == _learners(county) == 1
    assert list(Membership.objects.filter(user=person).order_by("pk").values_list("ended_date", flat=True)) == [
        timezone.localdate(),
        None,
    ]


def _learners(region) -> int:
    return sum(Tally.objects.filter(region=region, fact=Tally.Fact.LEARNER).values_list("count", flat=True))


def test_who_has_left_is_no_longer_hers_to_move(client, officer, station):
    client.post("/desk/people/add/", answers(station))
    person = User.objects.get(name="罗秀云")

    early = client.post(f"/desk/people/{person.uuid}/leave/", {"ended_date": "2001-01-01"})
    left = client.post(f"/desk/people/{person.uuid}/leave/", {"ended_date": timezone.localdate().isoformat()})

    assert early.status_code == 422
    assert "离岗不能早于到岗" in early.content.decode()
    assert left.status_code == 302
    assert Membership.objects.get(user=person).ended_date == timezone.localdate()
    assert client.get(f"/desk/people/{person.uuid}/post/").status_code == 404


def test_who_comes_back_is_taken_up_by_number_and_name_together(client, officer, station):
    client.post("/desk/people/add/", answers(station))
    person = User.objects.get(name="罗秀云")
    still_here = answers(station, number=person.login_number, phone="")
    assert client.post("/desk/people/add/", still_here).status_code == 422
    client.post(f"/desk/people/{person.uuid}/leave/", {"ended_date": timezone.localdate().isoformat()})

    MembershipFactory()  # others are in post all the while
    wrong = client.post("/desk/people/add/", answers(station, number=person.login_number, name="别的人", phone=""))
    back = client.post("/desk/people/add/", still_here)

    assert wrong.status_code == 422
    assert "都对得上" in wrong.content.decode()
    assert back.status_code == 302
    assert User.objects.filter(name="罗秀云").count() == 1
    assert Membership.objects.on(timezone.localdate()).get(user=person).organisation == station


def test_somebody_of_the_staff_without_a_post_is_not_taken_up_as_a_learner(client, officer, station):
    registrar = RoleGrantFactory(role=RoleGrant.Role.REGISTRAR, region=station.region, user__name="发证人甲").user

    page = client.post("/desk/people/add/", answers(station, number=registrar.login_number, name="发证人甲", phone=""))

    assert page.status_code == 422
    assert not Membership.objects.filter(user=registrar).exists()


def test_bodies_and_people_beyond_the_border_are_not_there(client, officer, station):
    beyond = OrganisationFactory(region=RegionFactory(code="990322", name="邻县"), name="邻县民政局")
    other = MembershipFactory(organisation=beyond, region=beyond.region).user

    assert "邻县民政局" not in client.get("/desk/people/add/").content.decode()
    assert "邻县民政局" not in client.get("/desk/organisations/").content.decode()
    for address in ("/desk/people/add/", "/desk/organisations/", "/desk/organisations/add/"):
        assert client.get(f"{address}?region=990322").status_code == 404
    for tail in ("post/", "leave/"):
        assert client.get(f"/desk/people/{other.uuid}/{tail}").status_code == 404
    assert client.post("/desk/people/add/", answers(beyond)).status_code == 422


def test_a_body_is_added_once(client, officer, town):
    body = {"kind": "station", "name": "大兴镇  社工站", "region": town.pk, "parent": ""}

    for _n in range(2):
        page = client.post("/desk/organisations/add/", body, follow=True)

    assert Organisation.objects.filter(region=town).get().name == "大兴镇 社工站"
    assert "大兴镇 社工站" in page.content.decode()


def test_a_province_walks_down_to_a_list_it_can_read(client, county):
    province = RegionFactory(code="980000", name="甲省", level=Region.Level.PROVINCE)
    below = RegionFactory(code="980101", name="里县", level=Region.Level.COUNTY, parent=province)
    user = UserFactory()
    RoleGrantFactory(user=user, role=STAFF, region=province)
    client.force_login(user)
    OrganisationFactory.create_batch(301, region=below)

    page = client.get("/desk/people/add/").content.decode()

    assert "先选地方" in page
    assert "?region=980101" in page
    assert client.get("/desk/people/add/?region=980101").status_code == 200


@pytest.fixture
def administrator(client, county):
    user = UserFactory(name="管理员甲")
    RoleGrantFactory(user=user, role=ADMINISTRATOR, region=county)
    client.force_login(user)
    return user


def test_a_role_is_read_back_then_given_then_ended(client, administrator, county, town):
    person = UserFactory(name="新来的", phone="13800010002")
    asked = {"who": "138 0001 0002", "role": STAFF, "where": "大兴镇", "reason": "县团发〔2026〕3号"}

    read_back = client.post("/desk/roles/grant/", asked)
    assert "新来的" in read_back.content.decode()
    assert town.full_name in read_back.content.decode()
    assert not RoleGrant.objects.filter(user=person).exists()
    client.post("/desk/roles/grant/", asked | {"sure": "yes"})

    given = RoleGrant.objects.get(user=person)
    assert (given.role, given.region, given.granted_by, given.reason) == (STAFF, town, administrator, asked["reason"])
    assert "新来的" in client.get("/desk/roles/").content.decode()
    client.post(f"/desk/roles/{given.pk}/end/")
    assert not RoleGrant.objects.on(timezone.localdate()).filter(user=person).exists()
    assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {"role_granted", "role_ended"}


def test_no_role_beyond_her_own_places_to_nobody_of_others_and_not_to_herself(client, administrator, county):
    beyond = RegionFactory(code="990322", name="邻县")
    OrganisationFactory(region=beyond, name="邻县民政局")
    theirs = MembershipFactory(region=beyond, organisation=OrganisationFactory(region=beyond)).user
    alone = UserFactory()
    kept = RoleGrantFactory(user=UserFactory(name="邻县干部"), role=STAFF, region=beyond)

    def ask(who, where):
        return client.post(
            "/desk/roles/grant/", {"who": who, "role": STAFF, "where": where, "reason": "试", "sure": "yes"}
        )

    for who, where in (
        (alone.login_number, "邻县"),
        (alone.login_number, "990322"),
        (alone.login_number, "邻县民政局"),
        (theirs.login_number, "青禾县"),
        (administrator.login_number, "青禾县"),
        ("00000000", "青禾县"),
    ):
        assert ask(who, where).status_code == 422
    assert RoleGrant.objects.count() == 2
    assert "邻县干部" not in client.get("/desk/roles/").content.decode()
    assert client.post(f"/desk/roles/{kept.pk}/end/").status_code == 404


def test_two_places_of_one_name_are_told_apart_by_their_codes(client, administrator, county):
    for code in ("990321201", "990321202"):
        RegionFactory(code=code, name="城关镇", parent=county, level=Region.Level.TOWNSHIP)
    person = UserFactory()

    page = client.post(
        "/desk/roles/grant/", {"who": person.login_number, "role": STAFF, "where": "城关镇", "reason": "试"}
    ).content.decode()

    assert "990321201" in page
    assert "990321202" in page


def test_her_own_last_door_stays_open(client, administrator):
    own = RoleGrant.objects.get(user=administrator)

    assert client.post(f"/desk/roles/{own.pk}/end/").status_code == 409
    assert RoleGrant.objects.on(timezone.localdate()).filter(pk=own.pk).exists()


def test_the_list_of_roles_asks_the_same_few_questions_of_one_and_of_forty(client, administrator, county):
    with CaptureQueriesContext(connection) as one:
        client.get("/desk/roles/")
    for _n in range(40):
        RoleGrantFactory(role=STAFF, region=county)
    with CaptureQueriesContext(connection) as forty:
        client.get("/desk/roles/")

    own = [q for q in forty.captured_queries if "django_session" not in q["sql"]]
    assert len(one) == len(forty)
    assert len(own) <= 8
