"""The administrator decides what a certificate asks for, in Wagtail's admin; nobody else may."""

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import Programme
from people.models import RoleGrant
from tests.factories.courses import CourseFactory, CourseReleaseFactory, IssuerFactory, ProgrammeFactory
from tests.factories.people import RoleGrantFactory

pytestmark = pytest.mark.django_db
Role = RoleGrant.Role


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.MFA_REQUIRED_FOR_STAFF = False


def sign_in(client, role):
    user = RoleGrantFactory(role=role, from_date=timezone.localdate()).user
    client.force_login(user)
    return user


def rules_of(programme):
    return reverse("wagtailsnippets_courses_programme:rules", args=[programme.pk])


def test_a_programme_is_made_and_its_first_rule_is_the_next_step(client):
    actor = sign_in(client, Role.ADMINISTRATOR)
    whole, part = CourseReleaseFactory().course, CourseFactory(code="C99")
    issuer = IssuerFactory()

    made = client.post(
        reverse("wagtailsnippets_courses_programme:add"),
        {
            "code": "P-A",
            "title_zh": "上岗必修",
            "title_en": "Induction",
            "issuer": issuer.pk,
            "days_to_complete": 90,
            "valid_months": 12,
            "window_days": 90,
            "expiry_basis": "later",
        },
    )
    programme = Programme.objects.get(code="P-A")
    shown = client.get(rules_of(programme)).content.decode()
    decided = client.post(
        rules_of(programme),
        {f"course-{whole.pk}": "on", f"course-{part.pk}": "on", f"modules-{part.pk}": "1、2", f"hours-{part.pk}": "5"},
    )

    assert made["Location"] == rules_of(programme)
    assert "还没有定过要求" in shown
    assert "筹备中" in shown
    assert decided.status_code == 302
    rules = programme.requirement_sets.get()
    assert (rules.number, rules.decided_by) == (1, actor)
    asked = [(r.course.code, r.modules, r.hours) for r in rules.requirements.order_by("course__code")]
    assert asked == [("C99", [1, 2], 5), (whole.code, None, None)]
    assert "按这一版的人" in client.get(rules_of(programme)).content.decode()


def test_what_is_unclear_is_said_in_words_and_what_she_wrote_stays(client):
    sign_in(client, Role.ADMINISTRATOR)
    programme, course = ProgrammeFactory(), CourseReleaseFactory(course__code="T1").course
    sent = {f"course-{course.pk}": "on", f"modules-{course.pk}": "9"}

    refused = client.post(rules_of(programme), sent)
    odd = client.post(rules_of(programme), sent | {f"modules-{course.pk}": "一二"})
    hours = client.post(rules_of(programme), sent | {f"modules-{course.pk}": "1", f"hours-{course.pk}": "nan"})
    nothing = client.post(rules_of(programme), {"x": "y"})

    for answer, words in [
        (refused, "T1 没有第 9 单元。"),
        (odd, "T1 的单元请写成 1, 2 这样。"),
        (hours, "T1 的学时请写一个数"),
        (nothing, "至少选一门课。"),
    ]:
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert 'value="9"' in refused.content.decode()
    assert programme.requirement_sets.count() == 1


def test_the_same_again_makes_no_version(client):
    sign_in(client, Role.ADMINISTRATOR)
    programme = ProgrammeFactory()
    course = programme.requirement_sets.get().requirements.get().course

    answer = client.post(rules_of(programme), {f"course-{course.pk}": "on"}, follow=True)

    assert programme.requirement_sets.count() == 1
    assert "没有发布新的一版" in answer.content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_decides(client, role):
    sign_in(client, role)
    programme = ProgrammeFactory()
    course = programme.requirement_sets.get().requirements.get().course

    for answer in (client.get(rules_of(programme)), client.post(rules_of(programme), {f"course-{course.pk}": "on"})):
        assert answer.status_code in (302, 403)
        assert course.title_zh not in answer.content.decode()
    assert programme.requirement_sets.count() == 1
    assert client.post(reverse("wagtailsnippets_courses_programme:add"), {"code": "X"}).status_code in (302, 403)
    assert not Programme.objects.filter(code="X").exists()
