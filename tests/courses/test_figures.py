"""学习情况: what a trainer or a reviewer sees of a course and a quiz, what she never sees, and what it costs."""

import random
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.figures import figures_of
from assessments.models import Mark, Question
from assessments.services import publish_quiz, void_attempt
from config.roles import build_groups
from courses.figures import course_figures
from courses.models import CourseRelease, Enrolment, LessonPage, LessonProgress
from people.models import RoleGrant, User
from tests.factories.assessments import QuizFactory, published_quiz, right, sit, small_quiz
from tests.factories.content import course_with_lessons
from tests.factories.courses import CourseFactory, CourseReleaseFactory, EnrolmentFactory, outline
from tests.factories.people import RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
Role = RoleGrant.Role
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _a_desk(settings):
    settings.MFA_REQUIRED_FOR_STAFF = False
    cache.clear()
    build_groups()


@pytest.fixture
def trainer(client):
    client.force_login(RoleGrantFactory(role=Role.TRAINER).user)
    return client


def learners(count: int, prefix: str = "1") -> list[User]:
    """Many at once: a name that no page may show."""
    return User.objects.bulk_create(
        User(name=f"金丝雀{n}", login_number=f"{prefix}{n:07d}", password="!") for n in range(count)
    )


# --- lessons


def progressed(course, keys, *, opened: int, finished: int, silent: int = 0, days: int = 0, first: int = 0) -> None:
    """So many open the first lesson `keys`, of them so many finish it; `silent` of the rest have been so for long."""
    release = CourseRelease.objects.get(course=course)
    people = learners(opened, prefix=f"{first + 1}")
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            learner=person,
            course=course,
            release=release,
            enrolled_at=NOW - timedelta(days=40),
            last_activity_at=NOW - timedelta(days=20 if number < finished + silent else 3),
        )
        for number, person in enumerate(people)
    )
    LessonProgress.objects.bulk_create(
        LessonProgress(
            enrolment=enrolment,
            lesson_key=key,
            opened_at=NOW - timedelta(days=30),
            finished_at=NOW - timedelta(days=30 - days) if number < finished else None,
        )
        for number, enrolment in enumerate(enrolments)
        for key in keys
    )


def rows_of(page: str) -> list[list[str]]:
    """The words of the table's cells, row by row."""
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    return [
        [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cell)).strip() for cell in re.split(r"</t[hd]>", row)[:-1]]
        for row in body.split("</tr>")[:-1]
    ]


def test_a_course_lesson_by_lesson(trainer):
    course = CourseReleaseFactory(course__code="C88", lessons=outline(2)).course
    first, second = (lesson["key"] for lesson in CourseRelease.objects.get(course=course).lessons)
    progressed(course, [first], opened=32, finished=21, silent=7, days=3)
    progressed(course, [second], opened=3, finished=0, first=1)

    page = trainer.get(reverse("figures_course", args=["c88"])).content.decode()

    assert rows_of(page) == [
        ["第 1 课 第1课题", "30", "20", "67%", "5", "3 天"],
        ["第 2 课 第2课题", "少于 5 人", "少于 5 人", "—", "少于 5 人", "—"],
    ]
    assert "报名的：35。" in page
    assert 'value="67"' in page
    assert "金丝雀" not in page


def test_people_not_enrolments_and_only_the_silent_have_stopped():
    """Who takes it again is one person; who renewed has not stopped in the closed one; who studies has not stopped."""
    release = CourseReleaseFactory(lessons=outline(1))
    key = release.lessons[0]["key"]
    again = UserFactory()
    closed = EnrolmentFactory(learner=again, release=release, closed_at=NOW, last_activity_at=NOW - timedelta(days=90))
    opened = EnrolmentFactory(learner=again, release=release, last_activity_at=NOW - timedelta(days=90))
    silent = EnrolmentFactory(release=release, last_activity_at=NOW - timedelta(days=15))
    active = EnrolmentFactory(release=release, last_activity_at=NOW - timedelta(days=13))
    for enrolment, finished in ((closed, None), (opened, NOW), (silent, None), (active, None)):
        LessonProgress.objects.create(
            enrolment=enrolment, lesson_key=key, opened_at=NOW - timedelta(days=2), finished_at=finished
        )

    figures = course_figures(course=release.course, now=NOW)

    lesson = figures.lessons[0]
    assert (figures.enrolled, lesson.opened, lesson.finished, lesson.stopped) == (3, 3, 1, 1)
    assert lesson.median_days == 2


@pytest.mark.parametrize("finished", [0, 3])
def test_no_share_no_days_where_few_finished(trainer, finished):
    course = CourseReleaseFactory(course__code="C88", lessons=outline(1)).course
    key = CourseRelease.objects.get(course=course).lessons[0]["key"]
    progressed(course, [key], opened=20, finished=finished, silent=2, days=9)

    page = trainer.get(reverse("figures_course", args=["C88"])).content.decode()

    assert rows_of(page) == [["第 1 课 第1课题", "20", "少于 5 人", "—", "少于 5 人", "—"]]
    assert "9 天" not in page


def test_the_same_few_queries_for_few_and_for_many(trainer):
    course = CourseReleaseFactory(course__code="C88", lessons=outline(2)).course
    keys = [lesson["key"] for lesson in CourseRelease.objects.get(course=course).lessons]
    progressed(course, keys, opened=6, finished=5)
    address = reverse("figures_course", args=["c88"])
    trainer.get(address)

    with CaptureQueriesContext(
        connection,
    ) as few:
        trainer.get(address)
    with CaptureQueriesContext(connection) as few_counting:
        course_figures(course=course, now=NOW)
    progressed(course, keys, opened=400, finished=300, first=1)
    with CaptureQueriesContext(connection) as many:
        trainer.get(address)
    with CaptureQueriesContext(connection) as many_counting:
        course_figures(course=course, now=NOW)

    assert len(few) == len(many)
    assert len(few_counting) == len(many_counting) == 4


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: CourseFactory(code="C88"), "大纲还没有发布"),
        (lambda: CourseReleaseFactory(course__code="C88"), "还没有人报名"),
    ],
)
def test_an_empty_course_says_what_will_be_here_and_when(trainer, make, words):
    make()

    page = trainer.get(reverse("figures_course", args=["c88"])).content.decode()

    assert words in page
    assert "各课学习情况" not in page


# --- questions


def now_and_then_wrong(question, key, n):
    """Two in three know it; the rest take the last option that is wrong."""
    dice = random.Random(f"{n} {question['index']}")
    wrong = [o["uuid"] for o in question["options"] if o["uuid"] not in key["correct"]]
    return list(key["correct"]) if dice.random() < 0.67 or not wrong else wrong[-1:]


def test_a_planted_wrong_key_comes_first_with_what_to_do(trainer):
    version = small_quiz()
    bad = version.paper["questions"][2]
    rival = next(o for o in bad["options"] if o["uuid"] not in version.key[bad["uuid"]]["correct"])

    def answer(question, key, n):
        return [rival["uuid"]] if question["uuid"] == bad["uuid"] and n % 4 else now_and_then_wrong(question, key, n)

    sit(version, learners(60), answer=answer)

    page = trainer.get(reverse("figures_quiz", args=["T-88"])).content.decode()
    home = trainer.get("/admin/").content.decode()

    rows = rows_of(page)
    assert rows[0][0].startswith(bad["code"])
    assert "正确项可能标错" in rows[0][-1]
    assert "先核对哪一项对" in rows[0][-1]
    assert f"选得多的是：{rival['text']['zh']}" in rows[0][-1]
    assert "有 1 道题请看一看" in page
    assert f"{reverse('figures_quiz', args=['T-88'])}#question-{bad['code']}" in home
    assert [row[-1] for row in rows[1:]] == ["不用动"] * 3
    assert "金丝雀" not in page


def test_below_thirty_nothing_is_judged_and_n_is_told(trainer):
    version = small_quiz()
    sit(version, learners(29), answer=now_and_then_wrong)

    page = trainer.get(reverse("figures_quiz", args=["T-88"])).content.decode()

    assert [row[1:] for row in rows_of(page)] == [["29", "还不足以判断"]] * 4
    assert "第一次考的：30" in page
    assert "<progress" not in page.split("<tbody>")[1]


def test_few_people_are_not_counted_out_loud(trainer):
    version = small_quiz()
    sit(version, learners(4), answer=right)

    page = trainer.get(reverse("figures_quiz", args=["T-88"])).content.decode()

    assert [row[1:] for row in rows_of(page)] == [["少于 5 人", "还不足以判断"]] * 4
    assert "第一次考的：少于 5 人；一次通过的：少于 5 人" in page
    assert "中位数：人还太少" in re.sub(r"\s+", "", page)


def test_where_few_were_wrong_only_the_bound_is_told(trainer):
    """38 of 40: two people would be counted out by 95 %."""
    version = small_quiz()
    sit(
        version,
        learners(40),
        answer=lambda q, key, n: (
            [o["uuid"] for o in q["options"] if o["uuid"] not in key["correct"]][:1] if n < 2 else right(q, key, n)
        ),
    )

    rows = rows_of(trainer.get(reverse("figures_quiz", args=["T-88"])).content.decode())

    assert {row[2] for row in rows} == {"90% 以上 (76–100%)"}
    assert all("少于 5 人" in row[0] for row in rows)
    assert {row[4] for row in rows} == {"—", "少于 5 人"}


def test_only_the_first_counted_try_speaks_about_a_question():
    """A second try has seen the questions; a voided first makes the second the first."""
    version = small_quiz()
    people = learners(40)
    firsts = sit(version, people, answer=now_and_then_wrong)
    sit(version, people, answer=right, number=2)
    before = figures_of([version])[version.pk]
    void_attempt(attempt=firsts[0], actor=UserFactory(), reason="演示", now=NOW)

    after = figures_of([version])[version.pk]

    assert (before.attempts, before.first) == (80, 40)
    assert (after.attempts, after.first) == (79, 40)
    assert sum(q.right for q in before.questions) < 160
    voided = Mark.objects.get(attempt=firsts[0]).per_question
    for old, new in zip(before.questions, after.questions, strict=True):
        assert new.right - old.right == 1 - voided[old.uuid]["points"]
        assert new.judgement.n == 40


def test_a_regrade_replaces_what_it_corrects():
    version = small_quiz()
    attempts = sit(version, learners(5), answer=now_and_then_wrong)
    question = version.paper["questions"][0]["uuid"]
    old = figures_of([version])[version.pk]
    first = Mark.objects.get(attempt=attempts[0])
    flipped = {
        **first.per_question,
        question: {"points": 1 - first.per_question[question]["points"], "is_critical": False},
    }
    Mark.objects.create(
        attempt=attempts[0],
        marked_at=NOW,
        reason="改了答案",
        answers=first.answers,
        per_question=flipped,
        score_percent=first.score_percent,
        critical_errors=0,
        is_passed=first.is_passed,
    )

    new = figures_of([version])[version.pk]

    (was,) = (q for q in old.questions if q.uuid == question)
    (now,) = (q for q in new.questions if q.uuid == question)
    assert now.judgement.n == was.judgement.n == 5
    assert now.right - was.right == 1 - 2 * first.per_question[question]["points"]


def test_a_changed_question_begins_anew_and_an_unchanged_one_goes_on(trainer):
    old = small_quiz()
    sit(old, learners(35), answer=right)
    changed = Question.objects.get(uuid=old.paper["questions"][1]["uuid"])
    changed.stem_zh = "换了说法。\n您怎么做？"
    changed.save()
    new = publish_quiz(quiz=old.quiz, published_by=None, published_at=NOW)
    sit(new, learners(7, prefix="2"), answer=right)

    now = {q.uuid: q.judgement.n for q in figures_of([new])[new.pk].questions}
    then = {q.uuid: q.judgement.n for q in figures_of([old])[old.pk].questions}

    assert now == {q: 7 if q == str(changed.uuid) else 42 for q in now}
    assert then == {q: 35 if q == str(changed.uuid) else 42 for q in then}
    page = trainer.get(reverse("figures_quiz", args=["T-88"])).content.decode()
    older = trainer.get(reverse("figures_quiz", args=["T-88"]) + "?version=1").content.decode()
    assert re.search(r'aria-current="page">第 2 版', page)
    assert re.search(r'aria-current="page">第 1 版', older)
    assert "交卷：5（" in page
    assert "交卷：35（" in older
    for odd in ("9", "x", "0", ""):
        assert trainer.get(reverse("figures_quiz", args=["T-88"]) + f"?version={odd}").status_code == 404


def test_orderings_and_several_right_answers_have_figures_too(trainer):
    version = published_quiz(lessons=1, each=4, draw_count=4, code="T-88")
    kinds = {q["uuid"]: q["kind"] for q in version.paper["questions"]}

    def answer(question, key, n):
        if kinds[question["uuid"]] == "ordering" and n % 3:
            return key["correct"][::-1]
        return now_and_then_wrong(question, key, n)

    sit(version, learners(60), answer=answer)

    page = trainer.get(reverse("figures_quiz", args=["T-88"])).content.decode()

    assert "每一步有几人放对了位置" in page
    (ordering,) = (row for row in rows_of(page) if "每一步" in row[0])
    assert "正确项可能标错" in ordering[-1]


def test_a_thousand_more_answers_cost_no_more_queries(trainer):
    version = small_quiz()
    address = reverse("figures_quiz", args=["T-88"])

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as fresh:
            trainer.get(address)
        with CaptureQueriesContext(connection) as kept:
            trainer.get(address)
        return len(fresh), len(kept)

    sit(version, learners(31), answer=right)
    trainer.get(address)
    cache.clear()
    few = cost()
    sit(version, learners(1000, prefix="2"), answer=now_and_then_wrong)
    many = cost()

    assert few == many
    assert few[1] < few[0]  # the second reader finds it in the cache


def test_an_unpublished_and_an_unanswered_quiz_say_what_will_be_here(trainer):
    QuizFactory(code="T-99")
    small_quiz()

    unpublished = trainer.get(reverse("figures_quiz", args=["T-99"])).content.decode()
    unanswered = trainer.get(reverse("figures_quiz", args=["T-88"])).content.decode()
    home = trainer.get("/admin/").content.decode()

    assert "这份测试还没有发布" in unpublished
    assert "还不足以判断" in unanswered
    assert "最多三道" in home


# --- doors


@pytest.mark.parametrize("role", [*Role, None])
def test_only_trainers_and_reviewers_see_figures(client, role):
    version = small_quiz()
    CourseReleaseFactory(course__code="C88", course__quiz=version.quiz)
    client.force_login(RoleGrantFactory(role=role).user if role else UserFactory())

    answers = [
        client.get(address).status_code
        for address in (
            reverse("figures"),
            reverse("figures_course", args=["c88"]),
            reverse("figures_quiz", args=["T-88"]),
        )
    ]

    assert (answers == [200] * 3) is (role in (Role.TRAINER, Role.REVIEWER))
    assert 200 not in answers or answers == [200] * 3
    home = client.get("/admin/")
    assert ("questions-to-mend" in home.content.decode()) is (role in (Role.TRAINER, Role.REVIEWER))


def test_the_ways_in(trainer):
    course = course_with_lessons(code="C88", lessons=1)
    course.quiz = small_quiz().quiz
    course.save()
    lesson = LessonPage.objects.get()
    course_figures_at, quiz_figures_at = reverse("figures_course", args=["c88"]), reverse("figures_quiz", args=["T-88"])

    index = trainer.get(reverse("figures")).content.decode()
    ways = {
        "/admin/": reverse("figures"),
        reverse("wagtailsnippets_courses_course:list"): course_figures_at,
        reverse("wagtailsnippets_courses_course:edit", args=[course.pk]): course_figures_at,
        reverse("wagtailsnippets_assessments_quiz:list"): quiz_figures_at,
        reverse("wagtailsnippets_assessments_quiz:edit", args=[course.quiz.pk]): quiz_figures_at,
        reverse("wagtailadmin_explore", args=[lesson.get_parent().pk]): f"{course_figures_at}#lesson-1",
        reverse("wagtailadmin_pages:edit", args=[lesson.pk]): f"{course_figures_at}#lesson-1",
        reverse("wagtailadmin_pages:edit", args=[lesson.get_parent().pk]): course_figures_at,
        course_figures_at: quiz_figures_at,
    }

    assert course_figures_at in index
    assert quiz_figures_at in index
    assert {page: address in trainer.get(page).content.decode() for page, address in ways.items()} == dict.fromkeys(
        ways, True
    )
