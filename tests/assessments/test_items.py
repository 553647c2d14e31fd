"""Item analysis against references: the standard library's correlation, Wilson's own equation, hand-worked sums."""

import random
import statistics
from math import exp, isclose, sqrt

import pytest

from assessments.items import (
    ENOUGH,
    NEGATIVE,
    TOO_EASY,
    TOO_HARD,
    WRONG_KEY,
    Account,
    discrimination,
    judge,
    median,
    rival_of,
    wilson,
)

OPTIONS = ["a", "b", "c", "d"]


def account_of(sheets, question) -> Account:
    """Sheets as {question: (option, right)}: the account of one of the questions, and nothing else."""
    account = Account()
    for sheet in sheets:
        if question in sheet:
            option, right = sheet[question]
            points = sum(r for _option, r in sheet.values())
            account.add(
                answer=[option] if option else [],
                is_right=bool(right),
                is_critical=option == "d",
                is_ordered=False,
                rest_right=points - right,
                rest_total=len(sheet) - 1,
            )
    return account


def simulated(seed: int, *, learners: int = 100, questions: int = 20, wrong_key: int | None = None):
    """People of differing ability meet questions of differing difficulty; who does not know takes any other option.

    wrong_key: the question whose key names a wrong option: "b" stands marked as right, "a" is right.
    """
    dice = random.Random(seed)
    difficulty = [dice.gauss(-1, 0.8) for _ in range(questions)]
    sheets = []
    for _ in range(learners):
        ability = dice.gauss(0, 1)
        sheet = {}
        for number, hard in enumerate(difficulty):
            knows = dice.random() < 1 / (1 + exp(hard - ability))
            option = "a" if knows else dice.choice("bcd")
            sheet[number] = (option, int(option == ("b" if number == wrong_key else "a")))
        sheets.append(sheet)
    return sheets


@pytest.mark.parametrize("seed", range(5))
def test_discrimination_is_the_corrected_point_biserial(seed):
    sheets = simulated(seed, learners=60 + seed)
    for question in (0, 7, 19):
        right = [sheet[question][1] for sheet in sheets]
        rest = [sum(r for q, (_o, r) in sheet.items() if q != question) / 19 for sheet in sheets]

        assert isclose(discrimination(account_of(sheets, question)), statistics.correlation(right, rest), rel_tol=1e-9)


def test_discrimination_by_hand():
    """Right: 1, 1, 0, 0; the rest: 3/4, 1/2, 1/2, 1/4. r = (4·5/4 − 2·2) / √((4·2 − 4)(4·9/8 − 4)) = 1/√2."""
    account = Account()
    for right, rest in ((1, 3), (1, 2), (0, 2), (0, 1)):
        account.add(
            answer=["a"], is_right=bool(right), is_critical=False, is_ordered=False, rest_right=rest, rest_total=4
        )

    assert isclose(discrimination(account), 1 / sqrt(2), rel_tol=1e-12)


def test_nothing_to_tell_apart_is_no_number():
    alike = Account()
    for _ in range(40):
        alike.add(answer=["a"], is_right=True, is_critical=False, is_ordered=False, rest_right=3, rest_total=4)
    alone = Account()
    for right in (True, False):
        alone.add(answer=["a"], is_right=right, is_critical=False, is_ordered=False, rest_right=0, rest_total=0)

    assert discrimination(alike) is None
    assert discrimination(alone) is None
    assert judge(Account(), kind="single", correct=["a"], options=OPTIONS).facility is None


@pytest.mark.parametrize(("k", "n"), [(0, 10), (5, 10), (9, 10), (10, 10), (37, 41), (1, 300), (81, 263)])
def test_wilsons_ends_solve_wilsons_equation(k, n):
    """|k/n − p| = z √(p(1 − p)/n) holds at both ends; an end at nought or one is that."""
    z = 1.959963984540054
    for end in wilson(k, n):
        if 0 < end < 1:
            assert isclose(abs(k / n - end), z * sqrt(end * (1 - end) / n), rel_tol=1e-9)
    low, high = wilson(k, n)
    assert 0 <= low <= k / n <= high <= 1


def test_wilson_as_it_is_tabled():
    """5 of 10 and 0 of 10 (Newcombe 1998 gives 81 of 263 as 0.2553 to 0.3662)."""
    assert [round(end, 4) for end in wilson(81, 263)] == [0.2553, 0.3662]
    assert [round(end, 4) for end in wilson(5, 10)] == [0.2366, 0.7634]
    assert [round(end, 4) for end in wilson(0, 10)] == [0.0, 0.2775]


def test_a_wrong_key_is_found_and_a_sound_question_left_alone():
    """200 quizzes of 100 people: the planted key is flagged in at least 95 of 100, a sound question in less than one."""
    found = named = false = sound = 0
    for seed in range(200):
        sheets = simulated(seed, wrong_key=7)
        said = judge(account_of(sheets, 7), kind="single", correct=["b"], options=OPTIONS)
        found += WRONG_KEY in said.flags
        named += said.rival == "a"
        for question in (0, 3, 11, 19):
            flags = judge(account_of(sheets, question), kind="single", correct=["a"], options=OPTIONS).flags
            sound += 1
            false += bool({WRONG_KEY, NEGATIVE} & set(flags))

    assert found >= 0.95 * 200, found
    assert named >= 0.95 * 200, named  # and the option that is right is the one that is named
    assert false < 0.01 * sound, f"{false} of {sound}"


def test_below_thirty_nothing_is_said_for_or_against():
    sheets = simulated(1, wrong_key=7)
    few = judge(account_of(sheets[: ENOUGH - 1], 7), kind="single", correct=["b"], options=OPTIONS)
    enough = judge(account_of(sheets[:ENOUGH], 7), kind="single", correct=["b"], options=OPTIONS)

    assert (few.n, few.is_enough, few.flags, few.rival) == (29, False, (), None)
    assert (enough.n, enough.is_enough) == (30, True)
    assert WRONG_KEY in enough.flags


@pytest.mark.parametrize(
    ("right", "n", "flags"),
    [
        (8, 40, {TOO_HARD}),
        (11, 40, set()),  # 27.5 %, but it may as well be 43
        (100, 100, {TOO_EASY}),
        (72, 72, set()),  # all right, but of 72 that may still be one in twenty wrong
        (30, 40, set()),
    ],
)
def test_hard_and_easy_only_where_the_whole_interval_is(right, n, flags):
    account = Account(n=n, right=right)
    account.chosen.update({(0, "a"): max(right, 20), (0, "b"): n - right if n - right < 20 else 19})

    assert set(judge(account, kind="single", correct=["a"], options=["a", "b", "c"]).flags) == flags


def test_who_knows_more_and_is_wrong_more_often_is_told():
    account = Account()
    for n in range(60):
        account.add(
            answer=["a" if n % 2 else "b"],
            is_right=bool(n % 2),
            is_critical=False,
            is_ordered=False,
            rest_right=3 if n % 2 else 8,
            rest_total=9,
        )

    assert NEGATIVE in judge(account, kind="single", correct=["a"], options=["a", "b"]).flags


def test_a_rival_of_each_kind():
    assert rival_of("single", ["a"], OPTIONS, {(0, "a"): 10, (0, "c"): 11}) == "c"
    assert rival_of("single", ["a"], OPTIONS, {(0, "a"): 11, (0, "c"): 11}) is None
    assert rival_of("truefalse", ["a"], ["a", "b"], {(0, "b"): 1}) == "b"
    # several right: "c" is ticked more often than "b", which stands as right
    assert rival_of("multiple", ["a", "b"], OPTIONS, {(0, "a"): 30, (0, "b"): 8, (0, "c"): 22}) == "c"
    assert rival_of("multiple", ["a", "b"], OPTIONS, {(0, "a"): 30, (0, "b"): 23, (0, "c"): 22}) is None
    # ordering: in the first place "b" stands more often than "a"
    assert rival_of("ordering", ["a", "b"], ["b", "a"], {(0, "a"): 9, (0, "b"): 31, (1, "a"): 31, (1, "b"): 9}) == "b"
    assert rival_of("ordering", ["a", "b"], ["b", "a"], {(0, "a"): 31, (0, "b"): 9, (1, "b"): 31}) is None


def test_an_account_keeps_the_places_of_an_ordering_and_ticks_of_the_rest():
    ordering, ticks = Account(), Account()
    for account, is_ordered in ((ordering, True), (ticks, False)):
        account.add(
            answer=["c", None, "a"],
            is_right=False,
            is_critical=True,
            is_ordered=is_ordered,
            rest_right=1,
            rest_total=2,
        )

    assert ordering.chosen == {(0, "c"): 1, (2, "a"): 1}
    assert ticks.chosen == {(0, "c"): 1, (0, "a"): 1}
    assert (ticks.n, ticks.right, ticks.critical) == (1, 0, 1)


def test_median():
    assert median({}) is None
    assert median({80.0: 1}) == 80
    assert median({70.0: 1, 80.0: 1}) == 75
    assert median({70.0: 3, 80.0: 2, 100.0: 1}) == statistics.median([70, 70, 70, 80, 80, 100])


@pytest.mark.parametrize("swapped", [False, True])
def test_a_perfect_order_is_one_and_no_error(swapped):
    account = Account()
    for n in range(40):
        account.add(
            answer=["a"],
            is_right=bool(n % 2),
            is_critical=False,
            is_ordered=False,
            rest_right=3 * (n % 2 != swapped),
            rest_total=3,
        )

    judged = judge(account, kind="single", correct=["a"], options=["a", "b"])

    assert isclose(judged.discrimination, -1 if swapped else 1)
    assert (NEGATIVE in judged.flags) is swapped
