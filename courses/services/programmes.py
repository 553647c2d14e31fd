"""What a certificate asks for, version by version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import Course, Programme, Requirement, RequirementSet
from courses.requirements import newest_outlines
from courses.rules import lessons_of
from people.models import User
from people.services import record_audit


@dataclass(frozen=True)
class Demand:
    """One course to ask for, whole or some modules of it; `hours` only where its outline cannot say them."""

    course: Course
    modules: tuple[int, ...] = ()
    hours: Decimal | None = None


class DemandsUnclear(ValueError):
    """What was asked for makes no rule; `problems` says what to mend, in words."""

    def __init__(self, problems: Sequence[str]):
        self.problems = list(problems)
        super().__init__(" ".join(problems))


def publish_requirements(
    *, programme: Programme, demands: Sequence[Demand], decided_by: User | None, decided_at: datetime
) -> RequirementSet:
    """This will make the next version of what a programme asks for, or give the newest if nothing is different.

    Whoever is on the programme already keeps the version she was given. Raises DemandsUnclear.
    """
    outlines = newest_outlines([d.course.pk for d in demands])
    problems = [] if demands else [_("至少选一门课。")]
    rows: list[tuple[Course, list[int] | None, Decimal | None]] = []
    for demand in sorted(demands, key=lambda d: d.course.code):
        modules: list[int] = sorted(set(demand.modules))
        outline = outlines.get(demand.course.pk)
        if not modules:
            rows.append((demand.course, None, None))
            continue
        if outline is None and demand.hours is None:
            problems.append(
                _("%(code)s 还在筹备，只要其中几个单元的话，请写明算几学时。") % {"code": demand.course.code}
            )
        elif missing := [n for n in modules if outline is not None and not lessons_of(outline, [n])]:
            facts = {"code": demand.course.code, "numbers": _("、").join(str(n) for n in missing)}
            problems.append(_("%(code)s 没有第 %(numbers)s 单元。") % facts)
        else:
            counted = sum((Decimal(x["hours"]) for x in lessons_of(outline or [], modules)), Decimal(0))
            rows.append((demand.course, modules, counted if demand.hours is None else demand.hours))
    if problems:
        raise DemandsUnclear(problems)
    with transaction.atomic():
        Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
        newest = programme.requirement_sets.order_by("-number").first()
        if newest and _rows_of(newest) == [(course.pk, asked, hours) for course, asked, hours in rows]:
            return newest
        rules = RequirementSet.objects.create(
            programme=programme,
            number=newest.number + 1 if newest else 1,
            decided_at=decided_at,
            decided_by=decided_by,
        )
        for course, asked, hours in rows:
            Requirement.objects.create(requirement_set=rules, course=course, modules=asked, hours=hours)
        if decided_by:  # a person answers for it; a programme that came with the installation is nobody's deed
            record_audit(
                actor=decided_by,
                verb="requirements_published",
                object_kind="courses.Programme",
                object_id=str(programme.uuid),
                recorded_at=decided_at,
                details={"number": rules.number, "courses": [course.code for course, _asked, _hours in rows]},
            )
        return rules


def _rows_of(rules: RequirementSet) -> list[tuple[int, list[int] | None, Decimal | None]]:
    return [(r.course_id, r.modules, r.hours) for r in rules.requirements.order_by("course__code")]
