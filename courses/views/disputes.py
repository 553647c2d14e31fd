"""判分异议: what learners say was marked wrong, for the trainer of their place, or an administrator where there is none.

Inside Wagtail's admin; names nobody.
"""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from assessments.models import Attempt, MarkDispute
from assessments.selectors import ReviewedQuestion, review_of
from assessments.services import AlreadyDecided, WordsRefused, decide_dispute
from assessments.services.disputes import words_of
from courses.disputes import answerable
from courses.selectors import said
from courses.services.voiding import PassStands, void_try
from people.audience import Audience, audience
from people.bodies import storable
from people.models import RoleGrant, User
from people.scope import roles_of, scope_of

A_PAGE = 20
Role = RoleGrant.Role


def hers(user: User, today: date) -> QuerySet[MarkDispute]:
    """Those that are a person's to answer today."""
    trainer, administrator = (scope_of(user, role, today) for role in (Role.TRAINER, Role.ADMINISTRATOR))
    return answerable(trainer=trainer, administrator=administrator, but=user)


def _seen(request: HttpRequest) -> QuerySet[MarkDispute]:
    rows = hers(request.user, request.scope.on_date)
    return rows.select_related("attempt__quiz", "attempt__version").prefetch_related("attempt__marks")


def _question(dispute: MarkDispute) -> ReviewedQuestion:
    attempt = dispute.attempt
    newest = max(attempt.marks.all(), key=lambda mark: mark.pk)
    questions = review_of(
        attempt=attempt, version=attempt.version, mark=newest, language=translation.get_language() or "zh-hans"
    ).questions
    number = next(n for n, drawn in enumerate(attempt.drawn, 1) if drawn["question"] == str(dispute.question_uuid))
    return next(q for q in questions if q.number == number)


def _title(dispute: MarkDispute) -> str:
    quiz = dispute.attempt.quiz
    return said({"zh": quiz.title_zh, "en": quiz.title_en})


PASSED = gettext_lazy("这一次通过了，课程和证书都凭它算数，不能作废。证书发错了，请发证人撤销。")


class DisputesView(WagtailAdminTemplateMixin, TemplateView):
    """The open ones, the oldest first."""

    template_name = "courses/disputes.html"
    header_icon = "comment"
    page_title = gettext_lazy("判分异议")

    def get_breadcrumbs_items(self) -> list[dict]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": _("判分异议")}]

    def get_context_data(self, **kwargs) -> dict:
        rows = _seen(self.request).filter(state=MarkDispute.State.OPEN).order_by("raised_at", "pk")
        rows = rows.select_related(None).select_related("attempt__quiz").prefetch_related(None)
        rows = rows.defer("attempt__drawn")
        page = Paginator(rows, A_PAGE).get_page(self.request.GET.get("page"))
        context = {"page": page, "rows": [(row, _title(row)) for row in page]}
        context["is_administrator"] = Role.ADMINISTRATOR in roles_of(self.request.user, self.request.scope.on_date)
        return super().get_context_data(**context, **kwargs)


class _OneView(WagtailAdminTemplateMixin, TemplateView):
    header_icon = "comment"
    error = ""
    typed = ""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.dispute = get_object_or_404(_seen(request), uuid=kwargs["dispute_uuid"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return _title(self.dispute)

    def get_breadcrumbs_items(self) -> list[dict]:
        index = {"url": reverse("mark_disputes"), "label": _("判分异议")}
        return [*super().get_breadcrumbs_items(), index, {"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs) -> dict:
        context = {"dispute": self.dispute, "error": self.error, "typed": self.typed}
        return super().get_context_data(**context, **kwargs)

    def refused(self, request: HttpRequest, error: str, typed: str) -> HttpResponse:
        self.error, self.typed = error, typed
        return self.render_to_response(self.get_context_data(), status=422)


class DisputeView(_OneView):
    """One: the question, her answer, her words; the decision with an answer."""

    template_name = "courses/dispute.html"
    page_title: str | Promise = gettext_lazy("看一看")

    def get_context_data(self, **kwargs) -> dict:
        attempt = self.dispute.attempt
        can_void = attempt.state in Attempt.FINISHED_STATES and not attempt.is_passed
        return super().get_context_data(question=_question(self.dispute), can_void=can_void, **kwargs)

    def post(self, request: HttpRequest, dispute_uuid: UUID) -> HttpResponse:
        typed, decision = storable(request.POST.get("answer", "")), request.POST.get("decision")
        if decision not in (MarkDispute.State.UPHELD, MarkDispute.State.REJECTED):
            return self.refused(request, _("请选一个：判错了，还是没有判错。"), typed)
        is_upheld = decision == MarkDispute.State.UPHELD
        try:
            decide_dispute(
                dispute=self.dispute, actor=request.user, is_upheld=is_upheld, answer=typed, now=timezone.now()
            )
        except WordsRefused as refused:
            return self.refused(request, str(refused), typed)
        except AlreadyDecided:
            messages.info(request, _("这一条已经有人回复过了。"))
            return redirect("mark_dispute", dispute_uuid=dispute_uuid)
        messages.success(request, _("已经回复，她会在“消息”里看到。"))
        return redirect("mark_dispute", dispute_uuid=dispute_uuid)


class VoidView(_OneView):
    """What voiding will do, then the deed with its reason."""

    template_name = "courses/dispute_void.html"
    page_title: str | Promise = gettext_lazy("作废这一次")

    def get_context_data(self, **kwargs) -> dict:
        attempt = self.dispute.attempt
        return super().get_context_data(
            attempt=attempt,
            is_voided=attempt.state == Attempt.State.VOIDED,
            problem=PASSED if attempt.is_passed else "",
            **kwargs,
        )

    def post(self, request: HttpRequest, dispute_uuid: UUID) -> HttpResponse:
        typed = storable(request.POST.get("reason", ""))
        try:
            reason = words_of(typed, nothing=_("请写明理由，以后核对的人会看到。"))
            void_try(attempt=self.dispute.attempt, actor=request.user, reason=reason, now=timezone.now())
        except WordsRefused as refused:
            return self.refused(request, str(refused), typed)
        except PassStands:
            return self.refused(request, str(PASSED), typed)
        messages.success(request, _("已经作废，这一次机会还给她了。"))
        return redirect("mark_dispute", dispute_uuid=dispute_uuid)


disputes = audience(Audience.ARBITER)(DisputesView.as_view())
dispute = audience(Audience.ARBITER)(DisputeView.as_view())
void = audience(Audience.ARBITER)(VoidView.as_view())
