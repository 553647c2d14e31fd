"""Which pages there are, for whom, with which rows of the demo. Run inside an installation; prints JSON.

To add a page: name it under its visitor. A page that needs a row gets a finder of its keyword arguments. An address of
ours that is listed nowhere fails tests/pages/test_every_page.py.
"""

import importlib
import json
from collections.abc import Callable
from typing import Any

Finder = Callable[[Any], dict[str, Any]]  # from the visitor's User to the address's keyword arguments


def _nothing(user) -> dict[str, Any]:
    return {}


def _course(user) -> dict[str, Any]:
    return {"code": "C04"}


def _lesson(user) -> dict[str, Any]:
    return {"code": "C04", "number": 1}


def _attempt(user, **filters) -> dict[str, Any]:
    from assessments.models import Attempt

    return {"attempt_uuid": Attempt.objects.filter(learner=user, **filters).latest("pk").uuid}


def _open_attempt(user) -> dict[str, Any]:
    return _attempt(user, state="open")


def _graded_attempt(user) -> dict[str, Any]:
    return _attempt(user, state__in=["submitted", "expired"])


def _certificate(user, **filters) -> dict[str, Any]:
    return {"certificate_uuid": _certificates().filter(**filters).earliest("pk").uuid}


def _certificates():
    from django.utils import timezone

    from certificates.models import Certificate

    return Certificate.objects.with_status(timezone.localdate())


def _own_certificate(user) -> dict[str, Any]:
    return _certificate(user, learner=user)


def _valid_certificate(user) -> dict[str, Any]:
    return _certificate(user, status="valid")


def _revoked_certificate(user) -> dict[str, Any]:
    return _certificate(user, status="revoked")


def _code(user) -> dict[str, Any]:
    return {"code": _certificates().earliest("pk").verify_code}


def _somebody_of_hers(user) -> dict[str, Any]:
    from django.utils import timezone

    from people.models import RoleGrant
    from people.scope import scope_of

    mine = scope_of(user, RoleGrant.Role.STAFF, timezone.localdate()).memberships().filter(user__role_grants=None)
    return {"person_uuid": mine.earliest("pk").user.uuid}


def _course_code(user) -> dict[str, Any]:
    return {"code": "c04"}


def _a_role(user) -> dict[str, Any]:
    from people.models import RoleGrant

    return {"grant_pk": RoleGrant.objects.exclude(user=user).filter(to_date=None).earliest("pk").pk}


def _a_kept_event(user) -> dict[str, Any]:
    """The demo's phones send nothing amiss: somebody's does now."""
    from django.utils import timezone

    from courses.models import QuarantinedEvent
    from courses.services import quarantine
    from people.models import User

    learner = User.objects.filter(is_demo=True, role_grants=None).earliest("pk")
    payload = {"kind": "lesson_finished", "course": "C99", "lesson": "not a key", "data": {"says": "<b>" + "长" * 90}}
    kept = learner.uuid
    quarantine(
        learner=learner, event_uuid=kept, payload=payload, reason="您还没有报名这门课", received_at=timezone.now()
    )
    return {"event_uuid": QuarantinedEvent.objects.get(uuid=kept).uuid}


def _a_cohort(user) -> dict[str, Any]:
    from courses.models import Cohort

    return {"cohort_uuid": Cohort.objects.filter(led_by__is_demo=True).earliest("pk").uuid}


def _a_member(user) -> dict[str, Any]:
    from courses.models import CohortMember

    found = CohortMember.objects.filter(left_date=None).earliest("pk")
    return {"cohort_uuid": found.cohort.uuid, "person_uuid": found.learner.uuid}


def _a_designation(user) -> dict[str, Any]:
    from people.models import RegionDesignation

    return {"designation_pk": RegionDesignation.objects.filter(to_date=None).earliest("pk").pk}


def _a_dispute(user) -> dict[str, Any]:
    """Nobody of the demo has said so yet: somebody says it of a failed try now. For an administrator, who left her post."""
    from django.utils import timezone

    from assessments.models import Attempt
    from assessments.services import raise_dispute
    from courses.services import end_post
    from courses.views.disputes import hers
    from people.models import RoleGrant

    now = timezone.now()
    if found := hers(user, timezone.localdate(now)).first():
        return {"dispute_uuid": found.uuid}
    tries = Attempt.objects.finished().filter(learner__is_demo=True, is_passed=False, disputes=None)
    attempt = tries.latest("pk")
    if user.role_grants.filter(role=RoleGrant.Role.ADMINISTRATOR).exists():
        post = attempt.learner.memberships.get(ended_date=None)
        end_post(membership=post, ended_date=timezone.localdate(now), ended_by=user, ended_at=now)
    points = attempt.marks.latest("pk").per_question
    number = next(n for n, drawn in enumerate(attempt.drawn, 1) if points[drawn["question"]]["points"] < 1)
    return {"dispute_uuid": raise_dispute(attempt=attempt, number=number, text="课文里不是这样写的。", now=now).uuid}


def _allocation_of(user) -> dict[str, Any]:
    return {"allocation_uuid": user.allocations.earliest("pk").uuid}


def _learner_and_programme(user) -> dict[str, Any]:
    from people.models import User

    key = _somebody_of_hers(user)
    learner = User.objects.get(uuid=key["person_uuid"])
    return key | _allocation_of(learner)


def _an_open_allocation(user) -> dict[str, Any]:
    from django.utils import timezone

    from people.models import RoleGrant
    from people.scope import scope_of
    from reports.uncertified import uncertified

    scope = scope_of(user, RoleGrant.Role.REGISTRAR, timezone.localdate())
    return {"allocation_uuid": uncertified(scope=scope, but=user).earliest("pk").allocation.uuid}


def _a_round(user) -> dict[str, Any]:
    """Nobody of the demo has pressed yet: she reminds one township's people now."""
    from django.utils import timezone

    from courses.models import Standing
    from people.models import RoleGrant
    from people.scope import scope_of
    from reports.reminding import remind

    now = timezone.now()
    scope = scope_of(user, RoleGrant.Role.STAFF, timezone.localdate(now))
    rows = Standing.objects.filter(scope.as_q()).select_related("user", "programme").order_by("pk")
    programme = rows.first().programme
    rows = rows.filter(programme=programme)[:12]
    return {"round_uuid": remind(actor=user, programme=programme, standings=rows, sender="团委", note="", at=now).uuid}


def _the_issuer(user) -> dict[str, Any]:
    return {"code": "QM"}


def _role(user) -> dict[str, Any]:
    return {"slug": "administrator"}


PAGES: dict[str, dict[str, Finder]] = {
    "public": {
        "home": _nothing,
        "catalogue": _nothing,
        "course": _course,
        "about": _nothing,
        "privacy": _nothing,
        "help": _nothing,
        "help_page": _role,
        "/policies/": _nothing,  # pages of Wagtail's own tree have no names
        "/policies/guidance-2017/": _nothing,
        "search": _nothing,
        "/search/?q=强制报告": _nothing,  # with laws and their clauses among what is found
        "verify_search": _nothing,
        "verify": _code,
        "account_login": _nothing,
        "offline": _nothing,
    },
    "studying": {
        "home": _nothing,
        "course": _course,
        "lesson": _lesson,
        "lesson_copy": _lesson,
        "quiz": _course,
        "account": _nothing,
        "account_messages": _nothing,
        "why": _allocation_of,
        "account_logout": _nothing,
        "certificates": _nothing,
    },
    "testing": {"home": _nothing, "quiz": _course, "attempt": _open_attempt},
    "failed": {"home": _nothing, "quiz": _course, "attempt_result": _graded_attempt},
    "certified": {
        "home": _nothing,
        "course": _course,
        "quiz": _course,
        "attempt_result": _graded_attempt,
        "certificates": _nothing,
        "certificate": _own_certificate,
        "certificate_history": _own_certificate,
        "why": _allocation_of,
        "account_messages": _nothing,
    },
    "staff": {
        "reports:overview": _nothing,
        "reports:people": _nothing,
        "reports:posts": _nothing,
        "reports:clauses": _nothing,
        "reports:cohorts": _nothing,
        "reports:cohort_open": _nothing,
        "reports:cohort": _a_cohort,
        "reports:cohort_join": _a_cohort,
        "reports:cohort_close": _a_cohort,
        "reports:cohort_leave": _a_member,
        "reports:pilots": _nothing,
        "reports:course_trained": _course_code,
        "reports:roster_add": _nothing,
        "reports:person_place": _somebody_of_hers,
        "reports:person_leave": _somebody_of_hers,
        "reports:organisations": _nothing,
        "reports:organisation_add": _nothing,
        "reports:export": _nothing,
        "reports:exports": _nothing,
        "reports:person": _somebody_of_hers,
        "reports:person_name": _somebody_of_hers,
        "reports:why": _learner_and_programme,
        "reports:remind": _nothing,
        "reports:reminded": _a_round,
        "issue_slip": _somebody_of_hers,
    },
    "trainer": {
        "figures": _nothing,
        "figures_course": _course_code,
        "figures_quiz": _course_code,
        "mark_disputes": _nothing,
        "mark_dispute": _a_dispute,
        "mark_dispute_void": _a_dispute,
    },
    "registrar": {
        "reports:register": _nothing,
        "reports:certificate": _valid_certificate,
        "reports:correct": _valid_certificate,
        "reports:by_hand": _nothing,
        "reports:bundles": _nothing,
        "reports:by_hand_certify": _an_open_allocation,
        "reports:revoke": _valid_certificate,
        "reports:reinstate": _revoked_certificate,
        "certificate_designs": _nothing,
        "certificate_design": _the_issuer,
    },
    "seal_keeper": {"certificate_designs": _nothing, "certificate_design": _the_issuer},
    "administrator": {
        "mark_disputes": _nothing,
        "mark_dispute": _a_dispute,
        "mark_dispute_void": _a_dispute,
        "reports:roles": _nothing,
        "reports:role_grant": _nothing,
        "reports:designations": _nothing,
        "reports:designate": _nothing,
        "reports:designation_end": _a_designation,
        "reports:role_end": _a_role,
        "reports:quarantined": _nothing,
        "reports:kept_event": _a_kept_event,
        "reports:kept_event_replay": _a_kept_event,
        "reports:kept_event_set_aside": _a_kept_event,
    },
}
# Addresses of ours that are no page at 360 px, and why.
NO_PAGE = {
    "enrol": "answers POST",
    "attempt_dispute": "answers POST",
    "attempt_remind": "answers POST",
    "account_language": "answers POST",
    "reports:assign": "answers POST",
    "account_reminders": "answers POST",
    "account_large": "answers POST",
    "account_data": "a file",
    "certificate_pdf": "a file",
    "credential": "a file",
    "reports:export_file": "a file",
    "reports:bundle_file": "a file",
    "reports:cohort_export": "answers POST",
    "service_worker": "a script",
    "picture": "a file",
    "policies": "leads to a page of Wagtail's tree",
    "sign_in_slip": "leads to the sign-in page",
    "other_door": "leads to the one door",
    "closed": "answers 404",
}


def visitors() -> dict[str, Any]:
    """One person of the demo for each kind of visitor; public is nobody."""
    from assessments.models import Attempt
    from courses.models import Enrolment
    from people.models import RoleGrant, User

    people = User.objects.filter(is_demo=True)
    learners = people.filter(role_grants=None)
    attempts = Attempt.objects.filter(learner__in=learners)
    certified = _certificates().filter(learner__in=learners, status="valid").earliest("pk").learner

    def holder(role):
        return people.get(pk=RoleGrant.objects.filter(user__in=people, role=role, to_date=None).earliest("pk").user_id)

    return {
        "public": None,
        "studying": Enrolment.objects.filter(learner__in=learners)
        .exclude(learner__in=attempts.values("learner"))
        .earliest("pk")
        .learner,
        "testing": _begin_a_test(learners),
        "failed": attempts.filter(state__in=["submitted", "expired"], is_passed=False)
        .exclude(learner__in=attempts.filter(is_passed=True).values("learner"))
        .earliest("pk")
        .learner,
        "certified": certified,
        "staff": holder("staff"),
        "trainer": holder("trainer"),
        "registrar": holder("registrar"),
        "seal_keeper": holder("seal_keeper"),
        "administrator": holder("administrator"),
    }


def _begin_a_test(learners):
    """The demo has nobody in the middle of a test, whose time would run out: somebody who may starts one now."""
    import uuid

    from django.utils import timezone

    from assessments.services import start_attempt
    from courses.models import Enrolment

    ready = Enrolment.objects.open().filter(learner__in=learners, learner__standings__why__code="test_open")
    enrolment = ready.select_related("learner", "course__quiz").earliest("pk")
    start_attempt(
        learner=enrolment.learner,
        quiz=enrolment.course.quiz,
        for_uuid=enrolment.uuid,
        attempt_uuid=uuid.uuid4(),
        device="",
        started_at=timezone.now(),
    )
    return enrolment.learner


def our_addresses() -> set[str]:
    """Every named address whose view says an audience: the resolver's own answer, not a list."""
    from django.urls import URLPattern, get_resolver

    found = set()

    def walk(patterns, space: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                if pattern.name and hasattr(pattern.callback, "audience"):
                    found.add(f"{space}{pattern.name}")
            elif not str(pattern.pattern).startswith(("api/", "admin/")):
                walk(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)

    walk(get_resolver().url_patterns, "")
    return found


def _session(user) -> str:
    """This will sign somebody in as the door does, and return the cookie."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = importlib.import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def main() -> None:
    import django

    django.setup()
    from django.urls import reverse

    world = {}
    for visitor, user in visitors().items():
        paths = {
            name: name if name.startswith("/") else reverse(name, kwargs=find(user))
            for name, find in PAGES[visitor].items()
        }
        world[visitor] = {"cookie": _session(user) if user else "", "paths": paths}
    print(json.dumps(world))


if __name__ == "__main__":
    main()
