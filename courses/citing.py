"""Which lessons cite a clause: said to who is about to take it away, and drawn anew once its law has changed."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.signals import published, unpublished

from content import citing
from content.models import Law, LawClause
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


def connect() -> None:
    """This will listen, from AppConfig.ready: a law is published by Wagtail, which knows no lessons."""
    published.connect(_draw_anew, sender=Law, dispatch_uid="courses-law-published")
    unpublished.connect(_draw_anew, sender=Law, dispatch_uid="courses-law-unpublished")


def _draw_anew(sender, instance: Law, **kwargs) -> None:
    """An excerpt says which version of the law it follows, and whether that is still the law."""
    LessonPage.objects.filter(laws__law=instance).update(laws_changed_at=timezone.now())
