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
from .disputes import (
    AlreadyDecided,
    DisputeOpen,
    NotDisputable,
    OwnDispute,
    WordsRefused,
    decide_dispute,
    raise_dispute,
)
from .publishing import QuizNotReady, publish_quiz
from .voiding import void_attempt

__all__ = [
    "AlreadyDecided",
    "AlreadyPassed",
    "AnswerRefused",
    "AttemptOfAnother",
    "DisputeOpen",
    "NoTriesLeft",
    "NotDisputable",
    "OwnDispute",
    "QuizNotPublished",
    "QuizNotReady",
    "SequenceTaken",
    "TooManySteps",
    "TryLater",
    "WordsRefused",
    "close_overdue_attempt",
    "decide_dispute",
    "grade_attempt",
    "publish_quiz",
    "raise_dispute",
    "save_form_step",
    "save_step",
    "start_attempt",
    "take_over",
    "void_attempt",
]
