import json
import uuid

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from courses import selectors
from courses.reading import lesson_words
from courses.services import EventRefused, finish_lesson
from people.audience import Audience, audience


@audience(Audience.LEARNER)
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
def lesson(request, code, number):
    """One lesson to read, past Wagtail's serving (performance, G1): four queries. POST is 学完，下一课."""
    page = _find(code, number)
    here = selectors.enrolment_at(request.user, page.course_id, page.translation_key)
    if here is None:
        lock = selectors.Lock("not_enrolled")
        return render(request, "courses/lesson_locked.html", {"page": page, "lock": lock}, status=403)
    screen = selectors.lesson_screen(page, here)
    if request.method == "POST":
        return _finish(request, page, here.enrolment, screen)
    if screen.lock:
        return render(request, "courses/lesson_locked.html", {"page": page, "lock": screen.lock}, status=403)
    context = _context(page, screen) | {
        "kept": json.dumps(screen.self_checks),
        "event_uuid": uuid.uuid4(),
        "is_copy": False,
    }
    return render(request, "courses/lesson.html", context)


@audience(Audience.LEARNER)
@require_safe
@cache_control(private=True, max_age=0)
def lesson_copy(request, code, number):
    """The same words with nothing personal in the page: what a phone may keep for where there is no network."""
    page = _find(code, number)
    here = selectors.enrolment_at(request.user, page.course_id, page.translation_key)
    if here is None:
        raise Http404
    return render(request, "courses/lesson.html", _context(page, selectors.copy_screen(page, here)) | {"is_copy": True})


def _context(page, screen):
    course_url = reverse("course", args=[page.course_code.lower()])
    here_url, before_url, after_url = (
        f"{course_url}{number}/" if number else "" for number in (page.number, screen.before, screen.after)
    )  # lessons lie under their course (courses/urls.py): one reverse instead of four
    return {
        "page": page,
        "screen": screen,
        "words": lesson_words(page),
        "course_url": course_url,
        "here_url": here_url,
        "before_url": before_url,
        "after_url": after_url or course_url,
    }


MOST_LESSONS = 999  # a larger number is nobody's lesson, and too large for some databases


def _find(code, number):
    if number > MOST_LESSONS:
        raise Http404
    page = selectors.find_lesson(code, number, get_language())
    if page is None and get_language() != "zh-hans":  # not written in that language yet
        page = selectors.find_lesson(code, number, "zh-hans")
    if page is None:
        raise Http404
    return page


def _finish(request, page, enrolment, screen):
    try:
        event_uuid = uuid.UUID(request.POST.get("event_uuid", ""))
    except ValueError:
        event_uuid = uuid.uuid4()
    try:
        finish_lesson(
            enrolment=enrolment, lesson_key=page.translation_key, event_uuid=event_uuid, recorded_at=timezone.now()
        )
    except EventRefused as refused:
        messages.warning(request, str(refused))
        return redirect("course", code=page.course_code.lower())
    if screen.after:
        return redirect("lesson", code=page.course_code.lower(), number=screen.after)
    messages.success(request, _("最后一课学完了。"))
    return redirect("course", code=page.course_code.lower())
