"""A test through the doors a person uses, with JavaScript off and as the script sends it."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import Attempt, AttemptStep, Mark
from assessments.selectors import counted_answers
from courses.models import LearningEvent
from courses.services.submission import close_all_overdue, submit_quiz
from tests.assessments.conftest import ready_learner
from tests.factories.assessments import right_answers, with_critical_error, wrong_answers
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def begin(client, enrolment) -> Attempt:
    page = client.get(f"/courses/{enrolment.course.code}/test/")
    uuid = re.search(r'name="attempt" value="([^"]+)"', page.text)[1]
    response = client.post(f"/courses/{enrolment.course.code}/test/", {"attempt": uuid})
    assert response.headers["Location"] == f"/attempts/{uuid}/"
    return Attempt.objects.get(uuid=uuid)


def fields(attempt, number, answers) -> dict:
    """What a plain form posts for one question."""
    drawn = attempt.drawn[number - 1]
    answer = answers[drawn["question"]]
    kind = next(q["kind"] for q in attempt.version.paper["questions"] if q["uuid"] == drawn["question"])
    if kind == "ordering":
        return {f"q{number}-{option}": str(place) for place, option in enumerate(answer, 1)}
    return {f"q{number}": answer}


def post_all(client, attempt, answers) -> list:
    responses = []
    for number in range(1, len(attempt.drawn) + 1):
        data = {"q": number, "go": "next", **fields(attempt, number, answers)}
        responses.append(client.post(f"/attempts/{attempt.uuid}/", data))
        responses.append(client.get(responses[-1].headers["Location"]))
    return responses


def send(client, attempt, door, **body):
    return client.post(f"/api/attempts/{attempt.uuid}/{door}/", json.dumps(body), content_type="application/json")


def a_step(attempt, number, answer, sequence, **more) -> dict:
    return {"sequence": sequence, "question": attempt.drawn[number - 1]["question"], "answer": answer, **more}


def test_a_whole_test_with_javascript_off_never_shows_the_key_before_it_is_handed_in(client, enrolment):
    seen = [client.get(f"/courses/{enrolment.course.code}/test/")]
    attempt = begin(client, enrolment)
    seen.append(client.get(f"/attempts/{attempt.uuid}/"))
    answers = with_critical_error(attempt)
    seen += post_all(client, attempt, answers)
    seen.append(client.get(f"/attempts/{attempt.uuid}/?q=2"))
    seen.append(client.get(f"/en/attempts/{attempt.uuid}/?q=2"))
    seen.append(client.get(f"/attempts/{attempt.uuid}/result/"))
    seen.append(send(client, attempt, "steps", device="x", steps=[a_step(attempt, 1, [], 1)]))

    for response in seen:
        text = response.content.decode() + str(response.headers)
        for leak in ("CANARY", "is_correct", "is_critical", "correct", "explanation", "feedback", "未成年人保护法"):
            assert leak not in text, (response.request["PATH_INFO"], leak)
    assert "现在交卷吗" in seen[1].text
    shown = {o["uuid"] for q in attempt.version.paper["questions"] for o in q["options"] if o["uuid"] in seen[1].text}
    assert shown == {o for d in attempt.drawn for o in d["options"]}  # the drawn ones, and no others
    handed_in = client.post(f"/attempts/{attempt.uuid}/", {"q": 4, "go": "hand_in", **fields(attempt, 4, answers)})
    result = client.get(handed_in.headers["Location"])
    assert handed_in.headers["Location"] == f"/attempts/{attempt.uuid}/result/"
    for told in ("这次没有通过", "1 处关键错误", "CANARY反馈", "CANARY解析", "《未成年人保护法》第十一条", "可以再考"):
        assert told in result.text
    attempt.refresh_from_db()
    assert counted_answers(attempt) == answers


def test_the_paper_does_not_betray_the_right_answer_by_its_place():
    version = None
    places = set()
    for _ in range(12):
        learner_client = Client()
        enrolment = ready_learner(learner_client, version=version, kinds=False) if version is None else None
        if enrolment is None:
            break
        attempt = begin(learner_client, enrolment)
        for d in attempt.drawn:
            places.add(d["options"].index(attempt.version.key[d["question"]]["correct"][0]))

    assert len(places) > 1


def test_passing_completes_the_course_and_says_so(client, enrolment):
    attempt = begin(client, enrolment)
    post_all(client, attempt, right_answers(attempt))

    response = client.post(
        f"/attempts/{attempt.uuid}/",
        {"q": 4, "go": "hand_in", **fields(attempt, 4, right_answers(attempt))},
        follow=True,
    )

    assert "通过了，100 分" in response.text
    enrolment.refresh_from_db()
    assert enrolment.completed_at
    assert LearningEvent.objects.filter(kind="quiz_passed").count() == 1


def test_handing_in_twice_gives_the_same_page_and_one_mark(client, enrolment):
    attempt = begin(client, enrolment)

    first = send(client, attempt, "submit", device=attempt.device, answers=right_answers(attempt))
    again = send(client, attempt, "submit", device=attempt.device, answers=right_answers(attempt))
    plain = client.post(f"/attempts/{attempt.uuid}/", {"q": 1, "go": "hand_in"})

    assert first.json() == again.json() == {"state": "submitted", "held_here": True}
    assert plain.headers["Location"].endswith("/result/")
    assert Mark.objects.count() == 1
    assert LearningEvent.objects.filter(kind="quiz_passed").count() == 1


def test_the_back_button_after_handing_in_leads_to_the_result(client, enrolment):
    attempt = begin(client, enrolment)
    page = client.get(f"/attempts/{attempt.uuid}/?q=2")
    send(client, attempt, "submit", device=attempt.device, answers={})

    assert "no-store" in page.headers["Cache-Control"]
    assert client.get(f"/attempts/{attempt.uuid}/?q=2").headers["Location"].endswith("/result/")


def test_two_tabs_are_one_try(client, enrolment):
    first = begin(client, enrolment)
    page = client.get(f"/courses/{enrolment.course.code}/test/")

    again = client.post(f"/courses/{enrolment.course.code}/test/", {"attempt": str(uuid4())})

    assert "接着答" in page.text
    assert again.headers["Location"] == f"/attempts/{first.uuid}/"


def test_an_old_tab_saves_only_the_question_it_leaves(client, enrolment):
    attempt = begin(client, enrolment)
    right, wrong = right_answers(attempt), wrong_answers(attempt)
    client.post(f"/attempts/{attempt.uuid}/", {"q": 1, **fields(attempt, 1, right)})

    client.post(f"/attempts/{attempt.uuid}/", {"q": 2, **fields(attempt, 1, wrong), **fields(attempt, 2, right)})

    first, second = attempt.drawn[0]["question"], attempt.drawn[1]["question"]
    assert counted_answers(attempt) == {first: right[first], second: right[second]}


def test_another_phone_asks_before_it_takes_over(client, enrolment):
    attempt = begin(client, enrolment)
    other = Client()
    other.force_login(enrolment.learner)

    asked = other.get(f"/attempts/{attempt.uuid}/")
    taken = other.post(f"/attempts/{attempt.uuid}/", {"go": "take_over"}, follow=True)
    old_page = client.get(f"/attempts/{attempt.uuid}/")
    old_step = send(
        client, attempt, "steps", device=attempt.device, steps=[a_step(attempt, 1, attempt.drawn[0]["options"][:1], 1)]
    )
    old_hand_in = send(client, attempt, "submit", device=attempt.device, answers={})

    assert "正在另一台手机上答" in asked.text
    assert "第 1 题" in taken.text
    assert "正在另一台手机上答" in old_page.text
    assert (old_step.json()["steps"][0]["status"], old_step.json()["held_here"]) == ("elsewhere", False)
    assert old_hand_in.json() == {"state": "open", "held_here": False}
    assert AttemptStep.objects.get().is_other_device
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.OPEN


def test_somebody_elses_try_is_not_there(client, enrolment):
    attempt = begin(client, enrolment)
    stranger = Client()
    ready_learner(stranger)

    for path in (f"/attempts/{attempt.uuid}/", f"/attempts/{attempt.uuid}/result/"):
        assert stranger.get(path).status_code == 404
    assert send(stranger, attempt, "steps", device="x", steps=[]).status_code == 404
    assert send(stranger, attempt, "submit", device="x", answers={}).status_code == 404


def test_a_uuid_that_another_learner_used_is_a_conflict_in_words(client, enrolment):
    attempt = begin(client, enrolment)
    stranger = Client()
    theirs = ready_learner(stranger, version=attempt.version)

    response = stranger.post(f"/courses/{theirs.course.code}/test/", {"attempt": str(attempt.uuid)})

    assert response.status_code == 409
    assert "重新打开测试页" in response.text


def test_one_bad_step_does_not_cost_the_others(client, enrolment):
    attempt = begin(client, enrolment)
    good = a_step(attempt, 1, attempt.drawn[0]["options"][:1], 2, flag=True, client_at="2026-11-24T10:00:00+08:00")
    bad = [
        None,
        {},
        a_step(attempt, 1, ["x"], 1),
        a_step(attempt, 1, [], -1),
        {**good, "question": "?"},
        {**good, "sequence": True},
    ]

    response = send(client, attempt, "steps", device=attempt.device, steps=[*bad, good, good])

    assert [s["status"] for s in response.json()["steps"]] == ["rejected"] * 6 + ["stored"] * 2
    assert AttemptStep.objects.get().is_flagged
    assert send(client, attempt, "steps", steps="x").status_code == 400
    assert send(client, attempt, "submit", answers=[]).status_code == 400
    assert send(client, attempt, "submit", answers={"x": []}).json() == {"reason": "这份卷子里没有这道题。"}


def test_a_try_left_open_is_closed_by_whoever_looks_first(client, enrolment):
    attempt = begin(client, enrolment)
    question = attempt.drawn[0]["question"]
    send(
        client, attempt, "steps", device=attempt.device, steps=[a_step(attempt, 1, right_answers(attempt)[question], 1)]
    )
    past = timezone.now() - timedelta(hours=3)
    Attempt.objects.update(started_at=past, deadline_at=past + timedelta(minutes=30))

    looked = client.get(f"/attempts/{attempt.uuid}/")
    page = client.get(looked.headers["Location"])
    late = send(client, attempt, "steps", device=attempt.device, steps=[a_step(attempt, 2, [], 2)])

    assert "到时收卷" in page.text
    assert late.json()["steps"][0]["status"] == "late"
    attempt.refresh_from_db()
    assert (attempt.state, int(attempt.score_percent)) == (Attempt.State.EXPIRED, 25)


def test_the_sweep_closes_what_nobody_looked_at_and_a_pass_still_counts(client, enrolment):
    attempt = begin(client, enrolment)
    answers = right_answers(attempt)
    steps = [a_step(attempt, n, answers[d["question"]], n) for n, d in enumerate(attempt.drawn, 1)]
    send(client, attempt, "steps", device=attempt.device, steps=steps)

    closed = close_all_overdue(now=attempt.deadline_at + timedelta(minutes=1))
    again = close_all_overdue(now=attempt.deadline_at + timedelta(minutes=1))

    assert (closed, again) == (1, 0)
    enrolment.refresh_from_db()
    assert enrolment.quiz_passed_at == attempt.deadline_at


def test_trying_again_says_when(client, enrolment):
    attempt = begin(client, enrolment)
    send(client, attempt, "submit", device=attempt.device, answers=wrong_answers(attempt))

    page = client.get(f"/courses/{enrolment.course.code}/test/")
    refused = client.post(f"/courses/{enrolment.course.code}/test/", {"attempt": str(uuid4())})

    assert "以后</b>可以再考，还有 2 次机会" in page.text
    assert refused.headers["Location"] == f"/courses/{enrolment.course.code}/test/"
    assert Attempt.objects.count() == 1


def test_a_test_before_its_lessons_gives_the_reason(client, enrolment):
    early = Client()
    from courses.services import enrol_learner

    learner = UserFactory()
    enrol_learner(learner=learner, course=enrolment.course, enrolled_at=timezone.now())
    early.force_login(learner)

    page = early.get(f"/courses/{enrolment.course.code}/test/")
    refused = early.post(f"/courses/{enrolment.course.code}/test/", {"attempt": str(uuid4())})

    assert "还差 3 课" in page.text
    assert "<form" not in page.text
    assert refused.status_code == 200
    assert not Attempt.objects.exists()


def test_two_steps_in_one_place_are_told(client):
    enrolment = ready_learner(client, draw_count=20)
    attempt = begin(client, enrolment)
    kinds = {q["uuid"]: q["kind"] for q in attempt.version.paper["questions"]}
    number = next(n for n, d in enumerate(attempt.drawn, 1) if kinds[d["question"]] == "ordering")
    a, b, c = attempt.drawn[number - 1]["options"]

    clash = client.post(
        f"/attempts/{attempt.uuid}/",
        {"q": number, f"q{number}-{a}": 1, f"q{number}-{b}": 1, f"q{number}-{c}": 2},
        follow=True,
    )

    assert "有两步选了同一个位置" in clash.text
    assert counted_answers(attempt) == {attempt.drawn[number - 1]["question"]: [None, c]}


def test_a_stranger_is_sent_to_sign_in_and_comes_back():
    response = Client().get("/courses/T000/test/")

    assert response.status_code == 302
    assert "next=/courses/T000/test/" in response.headers["Location"]


def test_submitting_costs_few_queries_however_many_learners(client, enrolment):
    attempt = begin(client, enrolment)
    learner, answers = enrolment.learner, wrong_answers(attempt)

    with CaptureQueriesContext(connection) as ran:
        submit_quiz(
            learner=learner,
            attempt_uuid=attempt.uuid,
            answers=answers,
            submitted_at=timezone.now(),
            device=attempt.device,
        )

    asked = [q["sql"] for q in ran if "SAVEPOINT" not in q["sql"]]
    assert len(asked) <= 8, asked
