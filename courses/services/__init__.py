"""The verbs of learning, by journey. The only place where its rows change."""

from .authoring import settle_lesson
from .certification import (
    NotPlaced,
    allocate,
    meet_period,
    restore_certificate,
    withdraw_certificate,
)
from .enrolment import CourseNotOpen, close_enrolment, enrol_learner
from .learning import (
    EventRefused,
    Fact,
    LessonLocked,
    Receipt,
    finish_lesson,
    quarantine,
    record_event,
    record_quiz_passed,
    take_batch,
)
from .placing import end_post, place_learner
from .releases import publish_release
from .renewal import open_next_period
from .standing import recount, refresh_standing, refresh_standings_of

__all__ = [
    "CourseNotOpen",
    "EventRefused",
    "Fact",
    "LessonLocked",
    "NotPlaced",
    "Receipt",
    "allocate",
    "close_enrolment",
    "end_post",
    "enrol_learner",
    "finish_lesson",
    "meet_period",
    "open_next_period",
    "place_learner",
    "publish_release",
    "quarantine",
    "record_event",
    "record_quiz_passed",
    "recount",
    "refresh_standing",
    "refresh_standings_of",
    "restore_certificate",
    "settle_lesson",
    "take_batch",
    "withdraw_certificate",
]
