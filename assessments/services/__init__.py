"""The only place where rows of this app change."""

from .attempts import (
    AlreadyPassed,
    AnswerRefused,
    AttemptOfAnother,
    NoTriesLeft,
    QuizNotPublished,
    SequenceTaken,
    TooManySteps,
    TryLater,
    close_overdue_attempt,
    grade_attempt,
    save_form_step,
    save_step,
    start_attempt,
    take_over,
)
from .publishing import QuizNotReady, publish_quiz
from .voiding import void_attempt

__all__ = [
    "AlreadyPassed",
    "AnswerRefused",
    "AttemptOfAnother",
    "NoTriesLeft",
    "QuizNotPublished",
    "QuizNotReady",
    "SequenceTaken",
    "TooManySteps",
    "TryLater",
    "close_overdue_attempt",
    "grade_attempt",
    "publish_quiz",
    "save_form_step",
    "save_step",
    "start_attempt",
    "take_over",
    "void_attempt",
]
