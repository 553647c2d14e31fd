"""Which lessons cite a clause: said to who is about to take it away."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from content import citing
from content.models import LawClause
from courses.models import LessonPage


@citing.part
def lessons_citing(clauses: Sequence[LawClause]) -> dict[int, list[str]]:
    """This will name the lessons that cite the clauses, published or not, a lesson once for both its languages."""
    rows = LessonPage.laws.through.objects.filter(lawclause__in=clauses).values_list(
        "lawclause_id", "lessonpage__course__code", "lessonpage__number", "lessonpage__title"
    )
    found: dict[int, list[str]] = {}
    for clause, course, number, title in rows.order_by("lessonpage__course__code", "lessonpage__number"):
        name = _("%(course)s 第 %(number)d 课") % {"course": course, "number": number} if course else title
        if name not in found.setdefault(clause, []):
            found[clause].append(name)
    return found
