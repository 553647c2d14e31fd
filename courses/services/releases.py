"""What must be learnt, frozen on the day it was published."""

import hashlib
import json
from datetime import datetime

from django.db import transaction

from courses.models import Course, CourseRelease, LessonPage

# what an enrolment is bound by; a title or a sentence may change without a new release
BINDING = ("key", "number", "module", "hours", "is_required")


def publish_release(*, course: Course, released_at: datetime) -> CourseRelease:
    """This will freeze the course's outline as its live lessons have it now, or give the newest if it is unchanged.

    Safe to call after every publish: only a change of what must be learnt makes a release.
    """
    with transaction.atomic():
        Course.objects.select_for_update().get(pk=course.pk)
        lessons = _outline(course)
        content_hash = _hash(lessons)
        newest = course.releases.order_by("-number").first()
        if newest and newest.content_hash == content_hash:
            return newest
        return CourseRelease.objects.create(
            course=course,
            number=newest.number + 1 if newest else 1,
            lessons=lessons,
            content_hash=content_hash,
            released_at=released_at,
        )


def _outline(course: Course) -> list[dict]:
    lessons: dict[str, dict] = {}
    pages = LessonPage.objects.live().filter(course=course).select_related("locale").order_by("number", "pk")
    # Chinese first: where the two languages disagree about what must be learnt, the Chinese page decides
    for page in sorted(pages, key=lambda p: p.locale.language_code != "zh-hans"):
        language = "zh" if page.locale.language_code.startswith("zh") else "en"
        lesson = lessons.setdefault(
            str(page.translation_key),
            {
                "key": str(page.translation_key),
                "number": page.number,
                "module": page.module,
                "module_title": {},
                "title": {},
                "hours": str(page.hours.normalize()),
                "is_required": page.is_required,
                "revisions": {},
            },
        )
        lesson["title"][language] = page.title
        lesson["module_title"][language] = page.module_title
        lesson["revisions"][language] = page.live_revision_id
    return sorted(lessons.values(), key=lambda lesson: lesson["number"])


def _hash(lessons: list[dict]) -> str:
    binding = [{name: lesson[name] for name in BINDING} for lesson in lessons]
    return hashlib.sha256(json.dumps(binding, sort_keys=True).encode()).hexdigest()
