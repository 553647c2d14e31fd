"""Marking and drawing as arithmetic: what must hold for any bank and any answers."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from assessments.drawing import draw
from assessments.grading import mark, mark_question

KINDS = ["single", "multiple", "truefalse", "ordering"]


@st.composite
def banks(draw_, min_size=1):
    questions, key = [], {}
    for n in range(draw_(st.integers(min_size, 30))):
        kind = draw_(st.sampled_from(KINDS))
        options = [f"{n}-{i}" for i in range(2 if kind == "truefalse" else draw_(st.integers(3, 5)))]
        if kind in ("single", "truefalse"):
            correct = [draw_(st.sampled_from(options))]
        elif kind == "multiple":
            correct = draw_(st.lists(st.sampled_from(options), min_size=1, unique=True))
        else:
            correct = draw_(st.permutations(options))
        wrong = [o for o in options if o not in correct]
        critical = draw_(st.lists(st.sampled_from(wrong), unique=True)) if wrong else []
        uuid = f"q{n:02d}"
        questions.append(
            {
                "uuid": uuid,
                "kind": kind,
                "lesson_number": draw_(st.sampled_from([None, 1, 2, 3])),
                "options": [{"uuid": o} for o in options],
            }
        )
        key[uuid] = {"correct": correct, "critical": critical}
    return questions, key


def marked(questions, key, drawn, answers, pass_percent=80, allowed=0):
    return mark(
        questions={q["uuid"]: q for q in questions},
        key=key,
        drawn=drawn,
        answers=answers,
        pass_percent=pass_percent,
        critical_errors_allowed=allowed,
    )


@given(banks(), st.integers(1, 12), st.integers(0, 2**63 - 1))
def test_the_key_itself_earns_everything_and_silence_nothing(bank, count, seed):
    questions, key = bank
    drawn = draw(questions=questions, key=key, count=count, seed=seed)

    full = marked(questions, key, drawn, {q: key[q]["correct"] for q in key})
    empty = marked(questions, key, drawn, {})

    assert (full.score_percent, full.critical_errors, full.is_passed) == (Decimal(100), 0, True)
    assert (empty.score_percent, empty.critical_errors, empty.is_passed) == (Decimal(0), 0, False)


@given(banks(), st.data())
def test_any_answers_give_whole_points_and_a_critical_error_never_passes(bank, data):
    questions, key = bank
    drawn = draw(questions=questions, key=key, count=10, seed=1)
    answers = {d["question"]: data.draw(st.lists(st.sampled_from(d["options"]), unique=True)) for d in drawn}

    result = marked(questions, key, drawn, answers, pass_percent=1)

    assert {m.points for m in result.per_question.values()} <= {0, 1}
    assert 0 <= result.score_percent <= 100
    assert set(result.per_question) == {d["question"] for d in drawn}
    chose_danger = {q for q, a in answers.items() if set(a) & set(key[q]["critical"])}
    assert result.critical_errors == len(chose_danger)
    assert not (chose_danger and result.is_passed)


@given(banks(), st.integers(1, 12), st.integers(0, 2**63 - 1), st.data())
def test_a_draw_is_repeatable_even_and_has_danger_in_it(bank, count, seed, data):
    questions, key = bank
    seen = data.draw(st.sets(st.sampled_from([q["uuid"] for q in questions])))

    drawn = draw(questions=questions, key=key, count=count, seed=seed, seen=seen)

    assert drawn == draw(questions=questions, key=key, count=count, seed=seed, seen=seen)
    uuids = [d["question"] for d in drawn]
    assert len(uuids) == len(set(uuids)) == min(count, len(questions))
    by_uuid = {q["uuid"]: q for q in questions}
    for d in drawn:
        question = by_uuid[d["question"]]
        given_order = [o["uuid"] for o in question["options"]]
        assert sorted(d["options"]) == sorted(given_order)
        if question["kind"] == "truefalse":
            assert d["options"] == given_order
        if question["kind"] == "ordering":
            assert d["options"] != key[d["question"]]["correct"]
    if any(k["critical"] for k in key.values()):
        assert any(key[u]["critical"] for u in uuids)


@given(st.integers(0, 2**63 - 1))
def test_a_draw_spreads_over_lessons_and_avoids_what_was_seen(seed):
    questions = [
        {"uuid": f"{lesson}-{n}", "kind": "single", "lesson_number": lesson, "options": [{"uuid": f"{lesson}-{n}-a"}]}
        for lesson in range(8)
        for n in range(7)
    ]
    key = {q["uuid"]: {"correct": [q["options"][0]["uuid"]], "critical": []} for q in questions}
    seen: set[str] = set()

    for _ in range(5):
        uuids = {d["question"] for d in draw(questions=questions, key=key, count=10, seed=seed, seen=seen)}

        per_lesson = [sum(u.startswith(f"{n}-") for u in uuids) for n in range(8)]
        assert set(per_lesson) <= {1, 2}
        assert not uuids & seen
        seen |= uuids


def test_passing_compares_whole_numbers():
    questions = [{"uuid": f"q{n}", "kind": "single"} for n in range(3)]
    key = {f"q{n}": {"correct": ["a"], "critical": []} for n in range(3)}
    drawn = [{"question": f"q{n}", "options": ["a", "b"]} for n in range(3)]

    result = marked(questions, key, drawn, {"q0": ["a"], "q1": ["a"]}, pass_percent=67)

    assert (result.score_percent, result.is_passed) == (Decimal("66.67"), False)


def test_each_kind_is_exact():
    multiple = {"correct": ["a", "b"], "critical": ["d"]}
    ordering = {"correct": ["a", "b", "c"], "critical": []}

    assert mark_question("multiple", multiple, ["b", "a"]).points == 1
    assert mark_question("multiple", multiple, ["a"]).points == 0
    assert mark_question("multiple", multiple, ["a", "b", "c"]).points == 0
    assert mark_question("multiple", multiple, ["a", "b", "d"]).is_critical
    assert mark_question("ordering", ordering, ["a", "b", "c"]).points == 1
    assert mark_question("ordering", ordering, ["a", "c", "b"]).points == 0
    assert mark_question("ordering", ordering, ["a", "b", None]).points == 0
