"""What a try is worth: pure arithmetic over the frozen key. No database, no clock, no settings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

Answer = Sequence[str | None]


@dataclass(frozen=True)
class QuestionMark:
    """What one question earned. `is_critical`: she chose what puts a child in danger."""

    points: int
    is_critical: bool


@dataclass(frozen=True)
class Result:
    """What a whole try is worth."""

    per_question: dict[str, QuestionMark]
    score_percent: Decimal
    critical_errors: int
    is_passed: bool

    @property
    def points(self) -> int:
        return sum(m.points for m in self.per_question.values())


def mark_question(kind: str, key: Mapping, answer: Answer) -> QuestionMark:
    """This will mark one answer: a whole point or none.

    Single choice and true/false: the one right option and nothing beside it. Multiple choice: exactly the right set.
    Ordering: exactly the right order. No kind gives part of a point: four steps of five in the right order still leave
    a child waiting, and a rule that everybody can repeat is worth more than half a point (docs: assessments/README.md).
    """
    chosen = [option for option in answer if option is not None]
    is_critical = bool(set(chosen) & set(key["critical"]))
    right = list(answer) == key["correct"] if kind == "ordering" else sorted(chosen) == sorted(key["correct"])
    return QuestionMark(points=int(right), is_critical=is_critical)


def mark(
    *,
    questions: Mapping[str, Mapping],
    key: Mapping[str, Mapping],
    drawn: Iterable[Mapping],
    answers: Mapping[str, Answer],
    pass_percent: int,
    critical_errors_allowed: int,
) -> Result:
    """This will mark the drawn questions, and only them; one without an answer earns nothing.

    questions: the version's paper by uuid. One question with a critical option chosen is one critical error, however
    many such options were ticked. Passing compares whole numbers, so no rounding ever decides.
    """
    per_question = {
        d["question"]: mark_question(
            questions[d["question"]]["kind"], key[d["question"]], answers.get(d["question"]) or []
        )
        for d in drawn
    }
    total = len(per_question)
    points = sum(m.points for m in per_question.values())
    critical = sum(m.is_critical for m in per_question.values())
    percent = (Decimal(100 * points) / Decimal(total)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Result(
        per_question=per_question,
        score_percent=percent,
        critical_errors=critical,
        is_passed=100 * points >= pass_percent * total and critical <= critical_errors_allowed,
    )
