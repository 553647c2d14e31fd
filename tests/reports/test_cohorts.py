"""A class, through the door: who may see it, who joins it, and one table of who has done what."""

import io
from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from courses.models import Cohort, CohortMember, Standing
from courses.services import allocate, enrol_learner, finish_lesson, join_cohort, open_cohort
from people.models import AuditEntry, RoleGrant
from people.scope import Scope, scope_of
from reports.cohorts import MOST_MEMBERS, class_page
from reports.models import Reminder
from reports.views.cohorts import words_of_test
from tests.factories.courses import CourseReleaseFactory, ProgrammeFactory, outline
from tests.factories.people import MembershipFactory, OrganisationFactory, RegionFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
Role = RoleGrant.Role


@pytest.fixture
def course():
    return CourseReleaseFactory(course__code="C04", course__title_zh="看见、记录、报告", lessons=outline(3)).course


@pytest.fixture
def trainer(client, county):
    return signed_in(client, county, Role.TRAINER)


def signed_in(client, region, role):
    user = UserFactory(name="罗老师")
    RoleGrantFactory(user=user, role=role, region=region)
    client.force_login(user)
    return user


def learner(county, name="田春梅"):
    return MembershipFactory(user__name=name, organisation=OrganisationFactory(region=county), region=county).user


def cohort_of(trainer, county, course, *people, title="秋季班"):
    now = timezone.now()
    made = open_cohort(
        title=title, course=course, region=county, led_by=trainer, opened_date=timezone.localdate(), at=now
    )
    join_cohort(cohort=made, learners=people, actor=trainer, at=now, on=timezone.localdate())
    return made


def address(name, cohort, *more):
    return reverse(f"reports:{name}", args=[cohort.uuid, *more])


def study(user, course, lessons):
    enrolment = enrol_learner(learner=user, course=course, enrolled_at=timezone.now())
    for lesson in enrolment.release.lessons[:lessons]:
        finish_lesson(
            enrolment=enrolment, lesson_key=UUID(lesson["key"]), event_uuid=uuid4(), recorded_at=timezone.now()
        )


def test_a_trainer_opens_a_class_and_pastes_her_list(client, trainer, county, course):
    one, two = learner(county), learner(county, "罗秀云")
    assert "还没有班级" in client.get(reverse("reports:cohorts")).content.decode()

    form = {"title": "秋季班", "course": course.pk, "where": "青禾县"}
    client.post(reverse("reports:cohort_open"), form)
    made = Cohort.objects.get()
    lines = f"  {one.name}\n\n{two.login_number}\r\n{two.phone}\n"
    page = client.post(address("cohort_join", made), {"who": lines}, follow=True).content.decode()

    assert "加了 2 个人" in page
    assert one.name in page
    assert two.name in page
    assert made.led_by == trainer
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"cohort_opened", "cohort_joined"} <= verbs


def test_a_line_that_is_not_clear_is_named_and_nobody_joins(client, trainer, county, course):
    made = cohort_of(trainer, county, course)
    learner(county, "王芳"), learner(county, "王芳")
    other = learner(RegionFactory(code="990322"), "别县人")
    good = learner(county, "李冬妹")

    answer = client.post(
        address("cohort_join", made), {"who": f"{good.name}\n王芳\n没有这个人\n别县人\n{other.login_number}"}
    )
    said = answer.content.decode()

    assert answer.status_code == 422
    assert "第 2 行“王芳”：您的范围里有 2 个人叫这个" in said
    for n, text in ((3, "没有这个人"), (4, "别县人"), (5, other.login_number)):
        assert f"第 {n} 行“{text}”：您的范围里没有这个人" in said
    assert not CohortMember.objects.exists()


def test_the_table_says_who_has_done_what(client, trainer, county, course):
    busy, idle, away = learner(county, "田春梅"), learner(county, "罗秀云"), learner(county, "没报名的")
    study(busy, course, 2)
    study(idle, course, 0)
    made = cohort_of(trainer, county, course, busy, idle, away)

    page = client.get(address("cohort", made))
    rows = {row.member.learner.name: row for row, *_rest in page.context["rows"]}
    html = page.content.decode()

    assert rows["田春梅"].lessons[:2] == ("done", "done")
    assert rows["罗秀云"].done == 0
    assert not rows["没报名的"].is_enrolled
    assert [done for _number, _title, done, _ratio in page.context["lessons"]] == [1, 1, 0]
    assert "学完第 1、2 课" in html
    assert "还没报名" in html
    assert busy.phone not in html


def test_a_full_score_is_said_whole(client, trainer, county, course):
    person = learner(county)
    study(person, course, 3)
    made = cohort_of(trainer, county, course, person)
    row = class_page(scope=scope_of(trainer, Role.TRAINER, timezone.localdate()), cohort=made).rows[0]

    assert words_of_test(replace(row, is_passed=True, best=Decimal("100.00"))) == "通过，100 分"
    assert words_of_test(replace(row, is_passed=True, best=Decimal("92.50"))) == "通过，92.5 分"


def test_the_file_holds_the_table_and_is_put_on_record(client, trainer, county, course):
    busy = learner(county, "=1+1号")
    study(busy, course, 1)
    made = cohort_of(trainer, county, course, busy)

    answer = client.post(address("cohort_export", made))
    rows = list(load_workbook(io.BytesIO(answer.content)).worksheets[1].iter_rows(values_only=True))

    assert rows[0][3:6] == ("第 1 课", "第 2 课", "第 3 课")
    assert rows[1][0] == "=1+1号"
    assert rows[1][3:5] == ("学完", None)
    assert AuditEntry.objects.get(verb="export_cohort").details == {"rows": 1}
    assert client.get(address("cohort_export", made)).status_code == 405


@pytest.mark.parametrize("role", [Role.TRAINER, Role.STAFF])
def test_another_county_s_class_is_not_there(client, county, course, role):
    other = RegionFactory(code="990322")
    person = learner(other, "别县人")
    made = cohort_of(UserFactory(), other, course, person, title="邻县班")
    signed_in(client, county, role)

    assert "邻县班" not in client.get(reverse("reports:cohorts")).content.decode()
    for name in ("cohort", "cohort_join", "cohort_close"):
        assert client.get(address(name, made)).status_code == 404
    assert client.post(address("cohort_export", made)).status_code == 404
    assert client.post(address("cohort_leave", made, person.uuid)).status_code == 404


def test_a_trainer_of_two_counties_who_is_officer_of_one_is_led_to_those_of_that_one(client, county, course):
    beside = RegionFactory(code="990322")
    user = signed_in(client, county, Role.STAFF)
    for place in (county, beside):
        RoleGrantFactory(user=user, role=Role.TRAINER, region=place)
    hers, other = learner(county, "田春梅"), learner(beside, "罗秀云")
    made = cohort_of(user, county, course, hers, other)

    html = client.get(address("cohort", made)).content.decode()

    assert reverse("reports:person", args=[hers.uuid]) in html
    assert "罗秀云" in html
    assert reverse("reports:person", args=[other.uuid]) not in html
    assert client.get(reverse("reports:person", args=[other.uuid])).status_code == 404


def test_who_has_left_her_places_is_no_longer_named(client, trainer, county, course):
    person = learner(county)
    made = cohort_of(trainer, county, course, person)
    person.memberships.update(ended_date=timezone.localdate())

    assert person.name not in client.get(address("cohort", made)).content.decode()
    assert client.get(address("cohort_leave", made, person.uuid)).status_code == 404


def test_who_has_moved_to_another_county_is_no_longer_named(client, trainer, county, course):
    person = learner(county)
    made = cohort_of(trainer, county, course, person)
    elsewhere = OrganisationFactory(region=RegionFactory(code="990322"))
    person.memberships.update(organisation=elsewhere, region=elsewhere.region)

    assert person.name not in client.get(address("cohort", made)).content.decode()


def test_a_certificate_is_hers_who_holds_it(client, trainer, county, course):
    holder, other = learner(county, "田春梅"), learner(county, "罗秀云")
    programme = ProgrammeFactory(courses=[course])
    for person in (holder, other):
        allocate(learner=person, programme=programme, allocated_at=timezone.now())
    Standing.objects.filter(user=holder).update(state=Standing.State.CERTIFIED)
    made = cohort_of(trainer, county, course, holder, other)

    certified = {
        row.member.learner: row.is_certified
        for row in class_page(scope=Scope(on_date=timezone.localdate(), region_paths=(county.path,)), cohort=made).rows
    }

    assert certified == {holder: True, other: False}


@pytest.mark.parametrize("role", [None, Role.REGISTRAR, Role.REVIEWER])
def test_nobody_else_opens_a_class(client, county, course, role):
    made = cohort_of(UserFactory(), county, course)
    user = UserFactory()
    if role:
        RoleGrantFactory(user=user, role=role, region=county)
    client.force_login(user)

    assert client.get(reverse("reports:cohorts")).status_code == 403
    assert client.get(address("cohort", made)).status_code == 403


def test_taken_out_after_a_question_and_her_learning_stays(client, trainer, county, course):
    person = learner(county)
    study(person, course, 1)
    made = cohort_of(trainer, county, course, person)
    leave = address("cohort_leave", made, person.uuid)

    assert person.name in client.get(leave).content.decode()
    client.post(leave)

    assert person.name not in client.get(address("cohort", made)).content.decode().split("</h1>")[1].split("alert")[0]
    assert person.enrolments.get().lessons_finished == 1
    assert CohortMember.objects.get().left_date == timezone.localdate()
    client.post(address("cohort_join", made), {"who": person.login_number})
    assert made.members.filter(left_date=None).count() == 1


def test_closed_nobody_joins_and_opened_again_they_do(client, trainer, county, course):
    person = learner(county)
    made = cohort_of(trainer, county, course)
    client.post(address("cohort_close", made))

    refused = client.post(address("cohort_join", made), {"who": person.name})
    assert (refused.status_code, "已经结班" in refused.content.decode()) == (422, True)
    client.post(address("cohort_close", made))
    assert client.post(address("cohort_join", made), {"who": person.name}).status_code == 302


def test_a_class_too_big_is_refused(client, trainer, county, course, monkeypatch):
    monkeypatch.setattr("reports.views.cohorts.MOST_MEMBERS", 1)
    made = cohort_of(trainer, county, course, learner(county, "甲乙"))

    answer = client.post(address("cohort_join", made), {"who": learner(county, "丙丁").name})

    assert (answer.status_code, "最多 1 人" in answer.content.decode()) == (422, True)
    assert MOST_MEMBERS >= 200


def test_queries_are_as_many_for_one_as_for_thirty(client, trainer, county, course):
    first = learner(county)
    study(first, course, 1)
    made = cohort_of(trainer, county, course, first)

    def cost(path):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    paths = (address("cohort", made), reverse("reports:cohorts"))
    few = [cost(path) for path in paths]
    people = [learner(county, f"学员{n}") for n in range(30)]
    for person in people[:10]:
        study(person, course, 1)
    now = timezone.now()
    join_cohort(cohort=made, learners=people, actor=trainer, at=now, on=timezone.localdate())
    for n in range(5):
        cohort_of(trainer, county, course, title=f"班{n}")

    assert [cost(path) for path in paths] == few
    with CaptureQueriesContext(connection) as asked:
        scope = scope_of(trainer, Role.TRAINER, timezone.localdate())
        before = len(asked)
        class_page(scope=scope, cohort=made)
    assert len(asked) - before <= 6


def test_an_officer_reminds_those_who_have_not_finished_by_the_flow_of_the_list(client, county, course):
    township, elsewhere = RegionFactory(parent=county), RegionFactory()
    officer = signed_in(client, county, Role.TRAINER)
    RoleGrantFactory(user=officer, role=Role.STAFF, region=township)
    programme = ProgrammeFactory(code="P-C04", courses=[course])
    begun, done, outside = learner(township, "田春梅"), learner(township, "学完的人"), learner(county, "县里的人")
    not_on_it, moved = learner(township, "没安排的人"), learner(elsewhere, "别县的人")
    for person in (begun, done, outside, moved):
        allocate(learner=person, programme=programme, allocated_at=timezone.now())
    study(done, course, 3)
    made = cohort_of(officer, county, course, begun, done, outside, not_on_it, moved)

    page = client.get(address("cohort", made))
    form = page.content.decode()
    asked = client.post(
        f"{reverse('reports:remind')}?programme=P-C04",
        {"who": [u for _p, some in page.context["to_remind"] for u in some]},
    )

    assert page.context["to_remind"] == [(programme, [begun.uuid])]
    assert "提醒没学完的 1 人" in form
    assert f'name="who" value="{begun.uuid}"' in form
    assert "发给这 1 人" in asked.content.decode()
    assert not Reminder.objects.exists()  # it asks first

    sent = {"who": [str(begun.uuid), str(outside.uuid)], "sure": "yes"}
    for _twice in range(2):
        client.post(f"{reverse('reports:remind')}?programme=P-C04", sent)
    assert list(Reminder.objects.values_list("user", flat=True)) == [begun.pk]


def test_a_trainer_has_nobody_to_remind_and_a_closed_class_neither(client, trainer, county, course):
    person = learner(county)
    allocate(learner=person, programme=ProgrammeFactory(courses=[course]), allocated_at=timezone.now())
    made = cohort_of(trainer, county, course, person)

    assert "提醒没学完的" not in client.get(address("cohort", made)).content.decode()

    RoleGrantFactory(user=trainer, role=Role.STAFF, region=county)
    assert "提醒没学完的 1 人" in client.get(address("cohort", made)).content.decode()

    client.post(address("cohort_close", made))
    assert "提醒没学完的" not in client.get(address("cohort", made)).content.decode()


def test_an_officers_class_page_asks_as_often_at_any_size(client, county, course):
    officer = signed_in(client, county, Role.STAFF)
    programme = ProgrammeFactory(courses=[course])

    def cost(size):
        people = [learner(county, f"学员{size}{n}") for n in range(size)]
        for person in people:
            allocate(learner=person, programme=programme, allocated_at=timezone.now())
        made = cohort_of(officer, county, course, *people, title=f"班{size}")
        with CaptureQueriesContext(connection) as asked:
            assert f"提醒没学完的 {size} 人" in client.get(address("cohort", made)).content.decode()
        return len(asked)

    assert cost(2) == cost(12)
