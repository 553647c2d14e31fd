"""What follows when a trainer publishes or takes away a lesson."""

from datetime import datetime

from django.db import transaction

from courses.models import CoursePage, CourseRelease, LessonPage

from .releases import publish_release


@transaction.atomic
def settle_lesson(*, lesson: LessonPage, settled_at: datetime) -> CourseRelease | None:
    """This will keep which laws a lesson cites and freeze the course's outline again if what must be learnt changed.

    A changed sentence changes neither. A course in preparation has no outline yet: nobody is enrolled. Safe to repeat.
    """
    lesson = LessonPage.objects.select_related("course").get(pk=lesson.pk)
    if lesson.live:
        lesson.laws.add(*(b.value["clause"] for b in lesson.body if b.block_type == "law" and b.value["clause"]))
    if lesson.course is None or CoursePage.objects.filter(course=lesson.course, is_in_preparation=True).exists():
        return None
    return publish_release(course=lesson.course, released_at=settled_at)
