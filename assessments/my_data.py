"""The tests a person has sat, for herself to take along: her answers in words, and never which were right."""

from assessments.models import Attempt, MarkDispute
from people.models import User
from people.my_data import part


@part("attempts")
def attempts(user: User) -> object:
    rows = (
        Attempt.objects.filter(learner=user)
        .prefetch_related("version", "steps", "marks")  # a version once, however many tries at it
        .order_by("started_at", "pk")
    )
    return [
        {
            "test": a.version.title_zh,
            "number": a.number,
            "state": a.get_state_display(),
            "started_at": a.started_at,
            "submitted_at": a.submitted_at,
            "score_percent": a.score_percent,
            "critical_errors": a.critical_errors,
            "is_passed": a.is_passed,
            "device": a.device,
            "answers": _answers(a),
        }
        for a in rows
    ]


def _answers(attempt: Attempt) -> list[dict]:
    """What was marked; of a try that is still open, what her phone has sent so far."""
    marks = sorted(attempt.marks.all(), key=lambda m: m.pk)
    if marks:
        chosen = marks[-1].answers
    else:
        steps = sorted(attempt.steps.all(), key=lambda s: (s.received_at, s.sequence))
        chosen = {str(s.question_uuid): s.answer for s in steps if not (s.is_late or s.is_other_device)}
    asked = {q["uuid"]: q for q in attempt.version.paper["questions"]}
    said = []
    for drawn in attempt.drawn:
        question = asked[drawn["question"]]
        words = {o["uuid"]: o["text"]["zh"] for o in question["options"]}
        given = [words[o] for o in chosen.get(question["uuid"]) or [] if o in words]
        said.append({"question": question["stem"]["zh"], "answer": given})
    return said


@part("disputes")
def disputes(user: User) -> object:
    fields = ("question_uuid", "text", "raised_at", "state", "decided_at", "answer")
    return list(MarkDispute.objects.filter(attempt__learner=user).order_by("pk").values(*fields))
