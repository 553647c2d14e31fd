"""Questions, quizzes and what learners answered. A published quiz is frozen; an attempt points at what it drew."""

from .attempt import Attempt, AttemptStep, Mark
from .bank import Option, Question, QuestionBank
from .dispute import MarkDispute
from .quiz import Quiz, QuizVersion

__all__ = ["Attempt", "AttemptStep", "Mark", "MarkDispute", "Option", "Question", "QuestionBank", "Quiz", "QuizVersion"]
