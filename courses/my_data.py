"""What a person has learnt and is to learn, for herself to take along."""

from courses.models import Allocation, CohortMember, Enrolment, HourEntry, LearningEvent, QuarantinedEvent
from people.models import User
from people.my_data import part


def _titles(enrolment: Enrolment) -> dict[str, str]:
    return {lesson["key"]: lesson["title"]["zh"] for lesson in enrolment.release.lessons}


@part("enrolments")
def enrolments(user: User) -> object:
    rows = (
        Enrolment.objects.of(user)
        .select_related("course")
        .prefetch_related("release", "progress")
        .order_by("enrolled_at", "pk")
    )
    return [
        {
            "course": e.course.code,
            "title": e.course.title_zh,
            "enrolled_at": e.enrolled_at,
            "last_activity_at": e.last_activity_at,
            "quiz_passed_at": e.quiz_passed_at,
            "completed_at": e.completed_at,
            "closed_at": e.closed_at,
            "lessons": [
                {
                    "lesson": _titles(e).get(str(p.lesson_key), str(p.lesson_key)),
                    "opened_at": p.opened_at,
                    "finished_at": p.finished_at,
                    "place": p.place,
                    "self_checks": p.self_checks,
                    "seconds": p.seconds,
                }
                for p in sorted(e.progress.all(), key=lambda p: (p.opened_at, p.pk))
            ],
        }
        for e in rows
    ]


@part("learning_events")
def learning_events(user: User) -> object:
    rows = LearningEvent.objects.filter(enrolment__learner=user).select_related("enrolment__course").order_by("pk")
    return [
        {
            "course": e.enrolment.course.code,
            "what": e.get_kind_display(),
            "lesson": e.lesson_key,
            "data": e.data,
            "device": e.device,
            "client_at": e.client_at,
            "recorded_at": e.recorded_at,
        }
        for e in rows
    ]


@part("events_not_taken")
def events_not_taken(user: User) -> object:
    rows = QuarantinedEvent.objects.filter(learner=user).order_by("pk")
    fields = ("uuid", "payload", "reason", "received_at", "replayed_at", "set_aside_at", "settled_reason")
    return list(rows.values(*fields))


@part("hours")
def hours(user: User) -> object:
    rows = HourEntry.objects.filter(learner=user).select_related("enrolment__course").order_by("pk")
    return [
        {
            "course": h.enrolment.course.code,
            "hours": h.hours,
            "earned_date": h.earned_date,
            "recorded_at": h.recorded_at,
            "is_reversal": h.reverses_id is not None,
            "reason": h.reason,
        }
        for h in rows
    ]


@part("classes")
def classes(user: User) -> object:
    rows = CohortMember.objects.filter(learner=user).select_related("cohort__course").order_by("joined_date", "pk")
    return [
        {
            "title": m.cohort.title,
            "course": m.cohort.course.code,
            "joined_date": m.joined_date,
            "left_date": m.left_date,
        }
        for m in rows
    ]


@part("programmes")
def programmes(user: User) -> object:
    rows = (
        Allocation.objects.filter(learner=user)
        .select_related("programme", "standing")
        .prefetch_related("periods")
        .order_by("allocated_at", "pk")
    )
    return [
        {
            "programme": a.programme.title_zh,
            "allocated_at": a.allocated_at,
            "ended_at": a.ended_at,
            "state": a.standing.get_state_display() if hasattr(a, "standing") else None,
            "periods": [
                {
                    "number": p.number,
                    "due_date": p.due_date,
                    "met_at": p.met_at,
                    "valid_from_date": p.valid_from_date,
                    "valid_until_date": p.valid_until_date,
                    "revoked_at": p.revoked_at,
                }
                for p in sorted(a.periods.all(), key=lambda p: p.number)
            ],
        }
        for a in rows
    ]
