"""The rules of learning, without a row."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules import add_months, expiry_dates, is_course_met, lesson_lock, next_lesson, test_lock
from tests.factories.courses import outline

test_lock.__test__ = False  # a rule about tests, not a test


def test_a_locked_lesson_names_the_nearest_lesson_that_is_missing():
    lessons = outline(4)
    first = {lessons[0]["key"]}

    sentences = [getattr(lesson_lock(lesson, lessons, first), "sentence", None) for lesson in lessons]

    assert sentences == [None, None, "先学完第 2 课", "先学完第 3 课"]


def test_what_is_finished_stays_open_and_what_is_optional_locks_nothing():
    lessons = outline(3)
    lessons[0]["is_required"] = False

    assert lesson_lock(lessons[1], lessons, set()) is None
    assert lesson_lock(lessons[2], lessons, {lessons[2]["key"]}) is None


def test_the_test_says_how_many_lessons_are_missing():
    lessons = outline(8)
    keys = [lesson["key"] for lesson in lessons]

    assert test_lock(lessons, keys[:4], has_test=True).sentence == "8 课学完后开放，还差 4 课"
    assert test_lock(lessons, keys, has_test=True) is None
    assert is_course_met(lessons, keys, has_test=True, has_passed=False) is False
    assert is_course_met(lessons, keys, has_test=False, has_passed=False) is True


def test_she_goes_on_where_she_was_and_else_with_the_first_that_is_missing():
    lessons = outline(3)
    keys = [lesson["key"] for lesson in lessons]

    assert next_lesson(lessons, [keys[0]], keys[2]) == lessons[2]
    assert next_lesson(lessons, [keys[0]], keys[0]) == lessons[1]
    assert next_lesson(lessons, keys, keys[2]) is None


@pytest.mark.parametrize(
    ("basis", "completed", "old", "last"),
    [
        ("completion", date(2026, 11, 25), date(2026, 12, 31), date(2027, 11, 24)),
        ("old_expiry", date(2026, 11, 25), date(2026, 12, 31), date(2027, 12, 31)),
        ("later", date(2026, 11, 25), date(2026, 12, 31), date(2027, 12, 31)),
        ("old_expiry", date(2027, 3, 1), date(2026, 12, 31), date(2027, 12, 31)),
        ("later", date(2027, 3, 1), date(2026, 12, 31), date(2028, 2, 29)),
        ("old_expiry", date(2029, 3, 1), date(2026, 12, 31), date(2030, 2, 28)),
        ("later", date(2026, 11, 25), None, date(2027, 11, 24)),
    ],
)
def test_each_basis_dates_a_certificate_from_its_own_day(basis, completed, old, last):
    assert expiry_dates(basis, completed, old, 12) == (completed, last)


def test_a_certificate_of_nought_months_has_no_end():
    assert expiry_dates("later", date(2026, 11, 25), None, 0) == (date(2026, 11, 25), None)


def test_the_thirty_first_becomes_the_last_of_a_shorter_month():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)


@given(
    st.sampled_from(["completion", "old_expiry", "later"]),
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2040, 1, 1))),
    st.integers(1, 60),
)
def test_a_new_certificate_is_valid_on_the_day_it_is_earned(basis, completed, old, months):
    first, last = expiry_dates(basis, completed, old, months)

    assert first == completed <= last
