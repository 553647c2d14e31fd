"""The rules of learning as pure functions: facts in, an answer with its reason out. No row is read or written here."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Programme

Lesson = dict[str, Any]  # one of CourseRelease.lessons


@dataclass(frozen=True)
class Lock:
    """Why something is not open yet: a code with its facts, and how to say it."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """This will say the reason in the language of the page, as what to do next."""
        if self.code == "lesson_first":
            return _("先学完第 %(number)d 课") % self.facts
        if self.code == "lessons_left":
            return (
                ngettext(
                    "%(total)d 课学完后开放，还差 %(left)d 课",
                    "%(total)d 课学完后开放，还差 %(left)d 课",
                    self.facts["left"],
                )
                % self.facts
            )
        if self.code == "not_enrolled":
            return _("先报名，再开始学")
        return _("这门课还没有测试")


def lesson_lock(lesson: Lesson, lessons: Sequence[Lesson], finished: Collection[str]) -> Lock | None:
    """This will say which lesson must be finished first, or None where the lesson is open.

    Lessons are taken in order: every required lesson before this one, and the nearest gap is the one named. What is
    finished stays open, whatever comes after it.
    """
    if lesson["key"] in finished:
        return None
    before = [x for x in lessons if x["is_required"] and x["number"] < lesson["number"]]
    missing = [x for x in before if x["key"] not in finished]
    if not missing:
        return None
    return Lock("lesson_first", {"number": missing[-1]["number"], "key": missing[-1]["key"]})


def lessons_left(lessons: Sequence[Lesson], finished: Collection[str]) -> int:
    """This will count the required lessons that are not finished."""
    return sum(1 for x in lessons if x["is_required"] and x["key"] not in finished)


def lessons_of(lessons: Sequence[Lesson], modules: Collection[int]) -> list[Lesson]:
    """This will give the lessons that some modules of an outline hold, or all of them where none is named."""
    return [x for x in lessons if not modules or x["module"] in modules]


def test_lock(lessons: Sequence[Lesson], finished: Collection[str], has_test: bool) -> Lock | None:
    """This will say why the course's test is not open, or None."""
    if not has_test:
        return Lock("no_test")
    left = lessons_left(lessons, finished)
    return Lock("lessons_left", {"left": left, "total": sum(1 for x in lessons if x["is_required"])}) if left else None


def next_lesson(lessons: Sequence[Lesson], finished: Collection[str], last_key: str = "") -> Lesson | None:
    """This will give the lesson to go on with: the last opened if it is not finished, else the first that is not."""
    unfinished = [x for x in lessons if x["key"] not in finished]
    for lesson in unfinished:
        if lesson["key"] == last_key:
            return lesson
    return unfinished[0] if unfinished else None


def is_course_met(lessons: Sequence[Lesson], finished: Collection[str], has_test: bool, has_passed: bool) -> bool:
    """A course is complete when every required lesson is finished and its test, if it has one, is passed."""
    return not lessons_left(lessons, finished) and (has_passed or not has_test)


def due_date(
    window_opens_date: date, planned_date: date, number: int, opened_dates: Iterable[date | None]
) -> date | None:
    """This will give the day until which a period's learning is due, or None while a course it asks for is unwritten.

    The first period's days are counted from the day there was something to learn in every course (decision 0008). A
    renewal is due when the old certificate ends, whatever is written meanwhile. The one place that decides: standings,
    the month's close and the page that explains ask here.
    """
    if number > 1:
        return planned_date
    begins = window_opens_date
    for opened in opened_dates:
        if opened is None:
            return None
        begins = max(begins, opened)
    return begins + (planned_date - window_opens_date)


def add_months(day: date, months: int) -> date:
    """This will go months ahead; the 31st becomes the month's last day where it has none."""
    total = day.month - 1 + months
    year, month = day.year + total // 12, total % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def expiry_dates(basis: str, completed_date: date, old_expiry: date | None, months: int) -> tuple[date, date | None]:
    """This will give the first and the last day a certificate is valid; the last is None for one without end.

    COMPLETION counts from the day she finished, OLD_EXPIRY from the day after the old certificate ends (nothing is lost
    by renewing early; a late renewal is not valid backwards, only shorter), LATER from whichever comes later.
    The engine and the simulator both ask here.
    """
    if not months:
        return completed_date, None
    after_old = old_expiry + timedelta(days=1) if old_expiry else completed_date
    if basis == Programme.ExpiryBasis.COMPLETION:
        anchor = completed_date
    elif basis == Programme.ExpiryBasis.OLD_EXPIRY:
        anchor = after_old
    else:
        anchor = max(completed_date, after_old)
    last = add_months(anchor, months) - timedelta(days=1)
    # so late that the old rhythm has already ended again: it begins anew
    if last < completed_date:
        anchor, last = completed_date, add_months(completed_date, months) - timedelta(days=1)
    return completed_date, last
