"""The doors of a test: its rules, the paper, the hand-in, the result. Plain forms first; scripts only save trips."""

from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.forms import answer_from_form, whole_number
from assessments.models import Attempt, MarkDispute
from assessments.selectors import Sheet, disputes_of, review, sheet, try_state
from assessments.services import (
    AlreadyPassed,
    AnswerRefused,
    AttemptOfAnother,
    DisputeOpen,
    NotDisputable,
    NoTriesLeft,
    QuizNotPublished,
    SequenceTaken,
    TooManySteps,
    TryLater,
    WordsRefused,
    raise_dispute,
    save_form_step,
    save_step,
    start_attempt,
    take_over,
)
from courses.models import Course, Enrolment
from courses.quiz_selectors import after_test, retry_reminder, test_lock_of
from courses.services.retrying import NoTryAhead, forget_retry, remind_of_retry
from courses.services.submission import close_overdue, submit_quiz
from people.audience import Audience, audience
from people.bodies import NotUnderstood, read_json, storable

DEVICE_COOKIE = "device"  # names the browser, not the person: which phone holds a try
STEPS_A_REQUEST = 50


@audience(Audience.LEARNER)
@require_http_methods(["GET", "POST"])
@never_cache
def quiz(request: HttpRequest, code: str) -> HttpResponse:
    """The rules in words, and the button that starts a try."""
    now = timezone.now()
    course = get_object_or_404(Course.objects.select_related("quiz"), code=code.upper(), quiz__isnull=False)
    enrolment = Enrolment.objects.open().of(request.user).filter(course=course).select_related("release").first()
    if enrolment is None:
        messages.info(request, _("先报名，再参加测试。"))
        return redirect("course", code=code)
    for left_open in Attempt.objects.of(request.user, course.quiz).open().select_related("version"):
        close_overdue(attempt=left_open, now=now)
    lock = test_lock_of(enrolment)
    if request.method == "POST" and lock is None:
        return _start(request, course, enrolment, now)
    state = try_state(learner=request.user, quiz=course.quiz, for_uuid=enrolment.uuid, now=now)
    context = {"course": course, "lock": lock, "state": state, "rules": state.version, "new_uuid": uuid4()}
    return _with_device(request, render(request, "courses/quiz.html", context))


def _start(request: HttpRequest, course: Course, enrolment: Enrolment, now: datetime) -> HttpResponse:
    try:
        attempt = start_attempt(
            learner=request.user,
            quiz=course.quiz,
            for_uuid=enrolment.uuid,
            attempt_uuid=_uuid(request.POST.get("attempt")) or uuid4(),
            device=_device(request),
            started_at=now,
        )
    except AttemptOfAnother:
        return render(request, "courses/attempt_conflict.html", {"course": course}, status=409)
    except (AlreadyPassed, NoTriesLeft, QuizNotPublished, TryLater):
        return redirect("quiz", code=course.code)  # the page says which, and what to do
    return _with_device(request, redirect("attempt", attempt_uuid=attempt.uuid))


@audience(Audience.LEARNER)
@require_http_methods(["GET", "POST"])
@never_cache
def attempt(request: HttpRequest, attempt_uuid: UUID) -> HttpResponse:
    """One question at a time. With JavaScript off, each move is a form post that saves the answer it leaves."""
    now = timezone.now()
    held = close_overdue(attempt=_own_attempt(request, attempt_uuid), now=now)
    if held.state != Attempt.State.OPEN:
        return redirect("attempt_result", attempt_uuid=held.uuid)
    if held.device and held.device != _device(request):
        if request.POST.get("go") == "take_over":
            take_over(attempt=held, device=_device(request))
            return _with_device(request, redirect("attempt", attempt_uuid=held.uuid))
        return _with_device(request, render(request, "courses/attempt_elsewhere.html", {"attempt": held}))
    paper = sheet(attempt=held, language=translation.get_language() or "zh-hans")
    if request.method == "POST":
        return _with_device(request, _posted(request, held, paper, now))
    number = whole_number(request.GET.get("q"), len(paper.questions))
    if request.GET.get("q") is None:  # she comes back: where she left off
        number = next((q.number for q in paper.questions if not q.is_answered), number)
    context = {
        "attempt": held,
        "course": Enrolment.objects.select_related("course").get(uuid=held.for_uuid).course,
        "paper": paper,
        "current": paper.questions[number - 1],
        "first_open": next((q.number for q in paper.questions if not q.is_answered), None),
        "open": [q.number for q in paper.questions if not q.is_answered],
        "flagged": [q.number for q in paper.questions if q.is_flagged],
        "seconds_left": max(0, int((held.deadline_at - now).total_seconds())),
        "minutes_left": max(0, int((held.deadline_at - now).total_seconds() // 60)),
        "device": _device(request),
        "last_sequence": paper.last_sequences.get(_device(request), 0),
    }
    return _with_device(request, render(request, "courses/attempt.html", context))


def _posted(request: HttpRequest, held: Attempt, paper: Sheet, now: datetime) -> HttpResponse:
    """This will save the question the form leaves, then hand in or go where its button points."""
    number = whole_number(request.POST.get("q"), len(paper.questions))
    answer, is_clear = answer_from_form(request.POST, paper.questions[number - 1])
    try:
        save_form_step(
            attempt=held,
            device=_device(request),
            question_uuid=UUID(paper.questions[number - 1].uuid),
            answer=answer,
            is_flagged=f"flag{number}" in request.POST,
            received_at=now,
        )
    except (AnswerRefused, TooManySteps) as refused:
        messages.error(request, str(refused) or _("这份卷子改得太多了，请直接交卷。"))
        return redirect(_at(held, number))
    go = request.POST.get("go", "next")
    if not is_clear:
        messages.warning(request, _("有两步选了同一个位置，请改一下。"))
        return redirect(_at(held, number))
    if go == "hand_in":
        submit_quiz(learner=request.user, attempt_uuid=held.uuid, answers={}, submitted_at=now, device=_device(request))
        return redirect("attempt_result", attempt_uuid=held.uuid)
    if go == "check":
        return redirect(_at(held, number) + "#hand-in")
    if go == "next" and number == len(paper.questions):
        return redirect(_at(held, number) + "#hand-in")
    return redirect(_at(held, number + (-1 if go == "back" else 1)))


@audience(Audience.LEARNER)
@require_GET
@never_cache
def attempt_result(request: HttpRequest, attempt_uuid: UUID) -> HttpResponse:
    """What it was worth, why, what to look at again and when she may try again."""
    now = timezone.now()
    done = close_overdue(attempt=_own_attempt(request, attempt_uuid), now=now)
    if done.state == Attempt.State.OPEN:
        return redirect("attempt", attempt_uuid=done.uuid)
    return _result(request, done, now)


def _result(request: HttpRequest, done: Attempt, now: datetime, report: dict | None = None) -> HttpResponse:
    """The page of a finished try; `report`: a dispute that was refused, as she typed it, and why."""
    disputes = disputes_of(done)
    if done.state == Attempt.State.VOIDED:
        return render(request, "courses/attempt_voided.html", {"attempt": done, "disputes": disputes})
    _device(request)
    language = translation.get_language() or "zh-hans"
    found = review(attempt=done, language=language)
    state = try_state(learner=request.user, quiz=done.quiz, for_uuid=done.for_uuid, now=now)
    after = after_test(attempt=done, review=found, language=language)
    context = {
        "attempt": done,
        "review": found,
        "state": state,
        "late": done.state == Attempt.State.EXPIRED and done.steps.filter(is_late=True).exists(),
        "after": after,
        "reminder": retry_reminder(enrolment=after.enrolment, state=state, now=now),
        "disputes": disputes,
        "wrong": [q for q in found.wrong if q.number not in {number for number, _dispute in disputes}],
        "report": report,
    }
    is_waiting = any(dispute.state == MarkDispute.State.OPEN for _number, dispute in disputes)
    context["may_dispute"] = bool(context["wrong"]) and not is_waiting
    page = "courses/result_pass.html" if found.is_passed else "courses/result.html"
    return render(request, page, context, status=422 if report else 200)


@audience(Audience.LEARNER)
@require_POST
@never_cache
def attempt_dispute(request: HttpRequest, attempt_uuid: UUID) -> HttpResponse:
    """She says that a question was marked wrong; what is refused she finds again in the form."""
    now = timezone.now()
    done = close_overdue(attempt=_own_attempt(request, attempt_uuid), now=now)
    here = redirect(reverse("attempt_result", args=[done.uuid]) + "#disputed")
    number = whole_number(request.POST.get("q"), len(done.drawn), otherwise=0)
    text = storable(request.POST.get("text", ""))
    try:
        raise_dispute(attempt=done, number=number, text=text, now=now)
    except WordsRefused as refused:
        return _result(request, done, now, {"error": str(refused), "number": number, "text": text})
    except DisputeOpen:
        messages.warning(request, _("您已经说了一题，培训师看过以后再说下一题。"))
        return here
    except NotDisputable:
        messages.warning(request, _("只有交了卷、没有答对的题可以说。"))
        return here
    messages.success(request, _("收到了，培训师会看。"))
    return here


@audience(Audience.LEARNER)
@require_POST
@never_cache
def attempt_remind(request: HttpRequest, attempt_uuid: UUID) -> HttpResponse:
    """She asks to be told when she may try again, or not to be told after all; the result page says which holds."""
    now = timezone.now()
    done = close_overdue(attempt=_own_attempt(request, attempt_uuid), now=now)
    rows = Enrolment.objects.select_related("course__quiz", "learner")
    enrolment = get_object_or_404(rows, uuid=done.for_uuid, course__quiz=done.quiz_id)
    try:
        if request.POST.get("go") == "cancel":
            forget_retry(enrolment=enrolment)
        else:
            remind_of_retry(enrolment=enrolment, asked_at=now)
    except NoTryAhead:
        messages.info(request, _("现在没有要等的下一次，不用提醒。"))
    return redirect(reverse("attempt_result", args=[done.uuid]) + "#when")


@audience(Audience.LEARNER)
@require_POST
def attempt_step(request: HttpRequest, attempt_uuid: UUID) -> JsonResponse:
    """Up to fifty numbered steps from a phone, one answer each: one bad step never costs another."""
    now = timezone.now()
    held = _own_attempt(request, attempt_uuid)
    sent = _json(request)
    with translation.override(_language(sent)):
        steps = sent.get("steps")
        if not isinstance(steps, list) or len(steps) > STEPS_A_REQUEST:
            return JsonResponse({"reason": _("这批答案读不懂。")}, status=400)
        receipts = [_keep(held, _text(sent.get("device")), step, now) for step in steps]
    held = close_overdue(attempt=_own_attempt(request, attempt_uuid), now=now)
    return JsonResponse(
        {
            "steps": receipts,
            "state": held.state,
            "held_here": not held.device or held.device == _text(sent.get("device")),
            "saved_at": timezone.localtime(now).strftime("%H:%M"),
            "seconds_left": max(0, int((held.deadline_at - now).total_seconds())),
        }
    )


def _keep(held: Attempt, device: str, step: object, now: datetime) -> dict:
    """This will keep one step and say what became of it: stored, late, elsewhere, taken or rejected with a reason."""
    if not isinstance(step, dict):
        return {"sequence": None, "status": "rejected", "reason": _("这个答案读不懂。")}
    sequence = step.get("sequence")
    question = _uuid(step.get("question"))
    if not isinstance(sequence, int) or isinstance(sequence, bool) or not 0 < sequence < 2**31 or question is None:
        return {"sequence": sequence, "status": "rejected", "reason": _("这个答案读不懂。")}
    try:
        kept = save_step(
            attempt=held,
            device=device,
            sequence=sequence,
            question_uuid=question,
            answer=step.get("answer"),
            is_flagged=step.get("flag") is True,
            client_at=_time(step.get("client_at")),
            received_at=now,
        )
    except SequenceTaken as taken:
        return {"sequence": sequence, "status": "taken", "next": taken.next_sequence}
    except AnswerRefused as refused:
        return {"sequence": sequence, "status": "rejected", "reason": str(refused)}
    except TooManySteps:
        return {"sequence": sequence, "status": "rejected", "reason": _("这份卷子改得太多了，请直接交卷。")}
    return {
        "sequence": sequence,
        "status": "late" if kept.is_late else "elsewhere" if kept.is_other_device else "stored",
    }


@audience(Audience.LEARNER)
@require_POST
def attempt_submit(request: HttpRequest, attempt_uuid: UUID) -> JsonResponse:
    """The hand-in as a script sends it, with all answers: safe to send until an answer comes."""
    now = timezone.now()
    _own_attempt(request, attempt_uuid)
    sent = _json(request)
    with translation.override(_language(sent)):
        answers = sent.get("answers")
        if not isinstance(answers, dict):
            return JsonResponse({"reason": _("这份卷子读不懂。")}, status=400)
        try:
            done = submit_quiz(
                learner=request.user,
                attempt_uuid=attempt_uuid,
                answers=answers,
                submitted_at=now,
                device=_text(sent.get("device")),
            )
        except AnswerRefused as refused:
            return JsonResponse({"reason": str(refused)}, status=400)
    return JsonResponse({"state": done.state, "held_here": done.state != Attempt.State.OPEN})


def _own_attempt(request: HttpRequest, attempt_uuid: UUID) -> Attempt:
    """Hers or nothing: somebody else's try answers as one that does not exist."""
    rows = Attempt.objects.select_related("version", "quiz")
    return get_object_or_404(rows, uuid=attempt_uuid, learner_id=request.scope.learner_id)


def _at(held: Attempt, number: int) -> str:
    return reverse("attempt", args=[held.uuid]) + "?" + urlencode({"q": max(1, number)})


def _device(request: HttpRequest) -> str:
    """The browser's own name: from its cookie, or made now and set on the way out."""
    if not hasattr(request, "device"):
        known = _uuid(request.COOKIES.get(DEVICE_COOKIE))
        request.device = str(known or uuid4())
    return request.device


def _with_device(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if request.COOKIES.get(DEVICE_COOKIE) != _device(request):
        a_year = 365 * 24 * 3600
        response.set_cookie(
            DEVICE_COOKIE, _device(request), max_age=a_year, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return response


def _json(request: HttpRequest) -> dict:
    """What a phone's script sent; what no database could keep of it stands as a sign and matches nothing."""
    try:
        sent = storable(read_json(request))
    except NotUnderstood:
        return {}
    return sent if isinstance(sent, dict) else {}


def _language(sent: dict) -> str:
    return "en" if sent.get("language") == "en" else "zh-hans"


def _text(value: object) -> str:
    return value[:36] if isinstance(value, str) else ""


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _time(value: object) -> datetime | None:
    """A phone's claim about its own clock; one that does not parse is no claim."""
    try:
        claimed = parse_datetime(value) if isinstance(value, str) else None
        return claimed.astimezone(UTC) if claimed and timezone.is_aware(claimed) else None
    except (ValueError, OverflowError):
        return None
