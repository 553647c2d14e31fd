"""我觉得判错了: said by the learner, through her door."""

import pytest
from django.test import Client
from django.utils import timezone

from assessments.models import MarkDispute
from assessments.services import decide_dispute
from courses.models import Allocation, Standing
from courses.services import allocate
from courses.services.voiding import void_try
from people.models import AuditEntry, Message
from tests.assessments.test_journey import begin, send
from tests.factories.assessments import right_answers, wrong_answers
from tests.factories.courses import ProgrammeFactory
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def failed(client, enrolment):
    attempt = begin(client, enrolment)
    send(client, attempt, "submit", device=attempt.device, answers=wrong_answers(attempt))
    attempt.refresh_from_db()
    return attempt


def wrong_numbers(attempt) -> list[int]:
    points = attempt.marks.latest("pk").per_question
    return [n for n, drawn in enumerate(attempt.drawn, 1) if points[drawn["question"]]["points"] < 1]


def why_codes(allocation) -> list[str]:
    return [standing.why["code"] for standing in Standing.objects.filter(allocation=allocation)]


def say(client, attempt, number, text="课文里写的和答案不一样。"):
    return client.post(f"/attempts/{attempt.uuid}/dispute/", {"q": number, "text": text}, follow=True)


def test_she_says_it_once_and_sees_what_became_of_it(client, enrolment):
    attempt = failed(client, enrolment)
    first, second = wrong_numbers(attempt)[:2]
    before = client.get(f"/attempts/{attempt.uuid}/result/").text

    said = say(client, attempt, first)
    say(client, attempt, first)
    another = say(client, attempt, second)

    dispute = MarkDispute.objects.get()
    assert "我觉得判错了" in before
    assert "在看" in said.text
    assert "我觉得判错了</button>" not in said.text
    assert "看过以后再说下一题" in another.text
    assert str(dispute.question_uuid) == attempt.drawn[first - 1]["question"]
    now = timezone.now()
    decide_dispute(dispute=dispute, actor=UserFactory(), is_upheld=True, answer="题干写错了，已经改好。", now=now)
    page = client.get(f"/attempts/{attempt.uuid}/result/").text
    assert "判错了，您说得对" in page
    assert "题干写错了，已经改好。" in page
    here = f'href="/attempts/{attempt.uuid}/result/#disputed">去看看'
    assert here in client.get("/accounts/me/messages/").text
    assert here in client.get("/").text
    assert "我觉得判错了</button>" in page  # for the next question
    assert Message.objects.get(user=enrolment.learner, kind="dispute_decided").body.endswith("题干写错了，已经改好。")
    assert AuditEntry.objects.filter(verb="decide", object_id=str(dispute.uuid)).count() == 1


def test_of_a_voided_try_she_still_sees_what_was_answered_and_her_officer_why_she_has_no_certificate(client, enrolment):
    MembershipFactory(user=enrolment.learner)
    allocate(
        learner=enrolment.learner, programme=ProgrammeFactory(courses=[enrolment.course]), allocated_at=timezone.now()
    )
    attempt = failed(client, enrolment)
    say(client, attempt, wrong_numbers(attempt)[0])
    now, trainer = timezone.now(), UserFactory()
    decide_dispute(dispute=MarkDispute.objects.get(), actor=trainer, is_upheld=True, answer="机会还给您。", now=now)
    before = Allocation.objects.get(learner=enrolment.learner)
    assert why_codes(before) == ["not_passed"]

    void_try(attempt=attempt, actor=trainer, reason="题错了", now=now)

    page = client.get(f"/attempts/{attempt.uuid}/result/").text
    assert "这一次作废了" in page
    assert "机会还给您。" in page
    assert why_codes(before) == ["test_open"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("问我 13812345678", "138******78"),
        ("孩子的号是 11010519491231002X", "110"),
        ("  ", "请写一句"),
        ("字" * 301, "最多 300 个字"),
    ],
)
def test_what_could_tell_who_a_child_is_is_refused_with_a_reason_and_not_kept(client, enrolment, text, reason):
    attempt = failed(client, enrolment)

    answer = say(client, attempt, wrong_numbers(attempt)[0], text)

    assert answer.status_code == 422
    assert reason in answer.text
    assert text.strip() in answer.text  # what she typed is not lost
    assert not MarkDispute.objects.exists()


def test_no_dispute_about_what_was_right_what_is_open_and_what_is_anothers(client, enrolment):
    attempt = begin(client, enrolment)
    say(client, attempt, 1)
    send(client, attempt, "submit", device=attempt.device, answers=right_answers(attempt))
    say(client, attempt, 1)
    stranger = Client()
    stranger.force_login(UserFactory())

    assert say(stranger, attempt, 1).status_code == 404
    assert "觉得哪一题判错了" not in client.get(f"/attempts/{attempt.uuid}/result/").text
    assert not MarkDispute.objects.exists()
