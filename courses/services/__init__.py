"""The verbs of learning, by journey. The only place where its rows change."""

from .authoring import settle_lesson
from .certification import (
    NoRequirements,
    NotPlaced,
    allocate,
    meet_period,
    meet_periods_of,
)
from .cohorts import CohortClosed, close_cohort, join_cohort, leave_cohort, open_cohort, reopen_cohort
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
from .programmes import Demand, DemandsUnclear, publish_requirements
from .registering import (
    AlreadyMet,
    DatesWrong,
    ForHerself,
    NothingToCorrect,
    Withdrawn,
    certify_by_hand,
    correct_certificate,
    restore_certificate,
    withdraw_certificate,
)
from .releases import publish_release
from .renewal import correct_name, open_next_period, open_renewals
from .standing import recount, refresh_standing, refresh_standings_of

__all__ = [
    "AlreadyMet",
    "CohortClosed",
    "CourseNotOpen",
    "DatesWrong",
    "Demand",
    "DemandsUnclear",
    "EventRefused",
    "Fact",
    "ForHerself",
    "LessonLocked",
    "NoRequirements",
    "NotPlaced",
    "NothingToCorrect",
    "Receipt",
    "Withdrawn",
    "allocate",
    "certify_by_hand",
    "close_cohort",
    "close_enrolment",
    "correct_certificate",
    "correct_name",
    "end_post",
    "enrol_learner",
    "finish_lesson",
    "join_cohort",
    "leave_cohort",
    "meet_period",
    "meet_periods_of",
    "open_cohort",
    "open_next_period",
    "open_renewals",
    "place_learner",
    "publish_release",
    "publish_requirements",
    "quarantine",
    "record_event",
    "record_quiz_passed",
    "recount",
    "refresh_standing",
    "refresh_standings_of",
    "reopen_cohort",
    "restore_certificate",
    "settle_lesson",
    "take_batch",
    "withdraw_certificate",
]
