"""Classes: a trainer's or an officer's people who learn one course together, and who of them has done what."""

from io import BytesIO
from uuid import UUID

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models import Cohort, CohortMember, Course, CourseRelease, Programme
from courses.selectors import said
from courses.services import CohortClosed, close_cohort, join_cohort, leave_cohort, open_cohort, reopen_cohort
from people.audience import Audience, audience
from people.models import RoleGrant
from people.scope import Scope, roles_of, scope_of
from people.services import record_audit
from reports.cohorts import MOST_MEMBERS, ClassPage, Row, class_page, cohorts, named_in, unfinished
from reports.person import covers
from reports.views.desk import frame
from reports.where import RegionField
from reports.workbook import Column, care, open_book, write_pairs, write_table

ROWS_A_PAGE = 25
LINES_SHOWN = 8
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

asks = require_http_methods(["GET", "HEAD", "POST"])


class CohortForm(forms.Form):
    """A class of a course that can be learnt, in a place of hers."""

    title = forms.CharField(
        label=gettext_lazy("班名"),
        max_length=80,
        help_text=gettext_lazy("例如“松桃 2026 年秋季班”。"),
        error_messages={"required": gettext_lazy("请写班名。")},
    )
    course = forms.ModelChoiceField(
        label=gettext_lazy("课程"),
        queryset=Course.objects.none(),
        error_messages={
            "required": gettext_lazy("请选一门课。"),
            "invalid_choice": gettext_lazy("没有这门课，请重新选。"),
        },
    )
    where = RegionField(
        label=gettext_lazy("哪里的班：地区的全称，或者地区代码"),
        max_length=100,
        help_text=gettext_lazy("管这里的团委工作人员和培训师都看得到这个班。"),
        error_messages={"required": gettext_lazy("请写地区。")},
    )

    def __init__(self, *args, scope: Scope, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["where"].scope = scope
        open_now = CourseRelease.objects.values("course")
        self.fields["course"].queryset = Course.objects.filter(pk__in=open_now).order_by("code")


class MembersForm(forms.Form):
    """People of her places, one a line. One line that is not clear, and nobody joins."""

    who = forms.CharField(
        label=gettext_lazy("加谁：一行一个人"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("写姓名、登录编号或完整手机号。可以从表格里整列粘过来。"),
        error_messages={"required": gettext_lazy("请至少写一个人。")},
    )

    def __init__(self, *args, scope: Scope, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope

    def clean_who(self):
        people, unclear = named_in(self.cleaned_data["who"].splitlines(), scope=self.scope)
        if unclear:
            said_of = [
                _("第 %(n)d 行“%(text)s”：您的范围里有 %(count)d 个人叫这个，请写登录编号。")
                % {"n": n, "text": text, "count": count}
                if count
                else _("第 %(n)d 行“%(text)s”：您的范围里没有这个人。") % {"n": n, "text": text}
                for n, text, count in unclear[:LINES_SHOWN]
            ]
            if len(unclear) > LINES_SHOWN:
                said_of.append(_("还有 %(n)d 行也不清楚。") % {"n": len(unclear) - LINES_SHOWN})
            raise ValidationError(said_of)
        return people


@audience(Audience.LEADER)
@require_safe
def cohort_list(request: HttpRequest) -> HttpResponse:
    rows = cohorts(scope=request.scope)
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "reports/cohorts.html", _frame(request) | {"page": page})


@audience(Audience.LEADER)
@asks
def cohort_open(request: HttpRequest) -> HttpResponse:
    form = CohortForm(request.POST or None, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        made = open_cohort(
            title=form.cleaned_data["title"],
            course=form.cleaned_data["course"],
            region=form.cleaned_data["where"],
            led_by=request.user,
            opened_date=request.scope.on_date,
            at=timezone.now(),
        )
        return redirect("reports:cohort_join", cohort_uuid=made.uuid)
    status = 422 if form.errors else 200
    return render(request, "reports/cohort_open.html", _frame(request) | {"form": form}, status=status)


@audience(Audience.LEADER)
@require_safe
def cohort(request: HttpRequest, cohort_uuid: UUID) -> HttpResponse:
    """Who has done what, in one table."""
    shown = class_page(scope=request.scope, cohort=_find(request, cohort_uuid))
    total = len(shown.rows)
    officer = scope_of(request.user, RoleGrant.Role.STAFF, request.scope.on_date)  # whose own page she may open
    context = _frame(request) | {
        "shown": shown,
        "lessons": [
            (number, said(title), done, done * 100 / total if total else None) for number, title, done in shown.lessons
        ],
        "rows": [(row, words_of_test(row), covers(officer, row.post)) for row in shown.rows],
        "to_remind": _to_remind(shown, officer),
    }
    return render(request, "reports/cohort.html", context)


@audience(Audience.LEADER)
@asks
def cohort_join(request: HttpRequest, cohort_uuid: UUID) -> HttpResponse:
    found = _find(request, cohort_uuid)
    form = MembersForm(request.POST or None, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        people = form.cleaned_data["who"]
        there = found.members.filter(left_date__isnull=True).count()
        if there + len(people) > MOST_MEMBERS:
            form.add_error("who", _("一个班最多 %(most)d 人，请分成两个班。") % {"most": MOST_MEMBERS})
        else:
            try:
                new = join_cohort(
                    cohort=found, learners=people, actor=request.user, at=timezone.now(), on=request.scope.on_date
                )
            except CohortClosed:
                form.add_error(None, _("这个班已经结班了。先重新开班，再加人。"))
            else:
                messages.success(request, ngettext("加了 %(n)d 个人。", "加了 %(n)d 个人。", new) % {"n": new})
                return redirect("reports:cohort", cohort_uuid=found.uuid)
    status = 422 if form.errors else 200
    context = _frame(request) | {"cohort": found, "form": form}
    return render(request, "reports/cohort_join.html", context, status=status)


@audience(Audience.LEADER)
@asks
def cohort_leave(request: HttpRequest, cohort_uuid: UUID, person_uuid: UUID) -> HttpResponse:
    """Taken out after a question; what she learnt stays hers."""
    found = _find(request, cohort_uuid)
    inside = request.scope.memberships().values("user")
    rows = CohortMember.objects.filter(cohort=found, left_date__isnull=True, learner__in=inside)
    member = get_object_or_404(rows.select_related("learner", "cohort"), learner__uuid=person_uuid)
    if request.method == "POST":
        try:
            leave_cohort(member=member, actor=request.user, at=timezone.now(), on=request.scope.on_date)
        except CohortClosed:
            messages.warning(request, _("这个班已经结班了，名单不再变。"))
        else:
            messages.success(request, _("%(name)s不在这个班了。") % {"name": member.learner.name})
        return redirect("reports:cohort", cohort_uuid=found.uuid)
    context = _frame(request) | {"cohort": found, "member": member}
    return render(request, "reports/cohort_leave.html", context)


@audience(Audience.LEADER)
@asks
def cohort_close(request: HttpRequest, cohort_uuid: UUID) -> HttpResponse:
    """Closed after a question; opened again without one."""
    found = _find(request, cohort_uuid)
    if request.method == "POST":
        if found.closed_date:
            reopen_cohort(cohort=found, actor=request.user, at=timezone.now())
            messages.success(request, _("重新开班了。"))
        else:
            close_cohort(cohort=found, actor=request.user, at=timezone.now(), on=request.scope.on_date)
            messages.success(request, _("结班了。名单和进度还在，可以再打开。"))
        return redirect("reports:cohort", cohort_uuid=found.uuid)
    return render(request, "reports/cohort_close.html", _frame(request) | {"cohort": found})


@audience(Audience.LEADER)
@require_POST
def cohort_export(request: HttpRequest, cohort_uuid: UUID) -> HttpResponse:
    """The page as an Excel file, put on record."""
    found = _find(request, cohort_uuid)
    shown, now = class_page(scope=request.scope, cohort=found), timezone.now()
    record_audit(
        actor=request.user,
        verb="export_cohort",
        object_kind="cohort",
        object_id=str(found.uuid),
        recorded_at=now,
        details={"rows": len(shown.rows)},
        address=get_adapter(request).get_client_ip(request),
    )
    stream = BytesIO()
    with open_book(stream, title=found.title) as book:
        write_pairs(book, _("说明"), _cover(request, shown, now))
        write_table(book, _("名单"), _columns(shown), shown.rows)
    response = HttpResponse(stream.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="qingmiao-{timezone.localtime(now):%Y%m%d-%H%M}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


def _cover(request: HttpRequest, shown: ClassPage, now) -> list[tuple[str, object]]:
    return [
        (_("班级"), shown.cohort.title),
        (_("课程"), shown.cohort.course.title),
        (_("人数"), len(shown.rows)),
        (_("数据截至"), now),
        (_("导出人"), request.user.name),
        *care(),
    ]


def _columns(shown: ClassPage) -> list[Column]:
    def finished(index: int):
        return lambda row: _("学完") if row.lessons[index] == "done" else ""

    lessons: list[Column] = [
        (_("第 %(n)d 课") % {"n": number}, 9, finished(index)) for index, (number, *_rest) in enumerate(shown.lessons)
    ]
    return [
        (_("姓名"), 18, lambda row: row.member.learner.name),
        (_("学员编号"), 11, lambda row: row.member.learner.login_number),
        (_("单位"), 26, lambda row: row.post.organisation.name),
        *lessons,
        (_("测试"), 16, words_of_test),
        (_("证书"), 10, lambda row: _("有") if row.is_certified else ""),
        (_("最近学习"), 17, lambda row: row.last_activity_at),
    ]


def words_of_test(row: Row) -> str:
    """This will say where somebody stands with the test."""
    if row.is_passed:
        return _("通过，%(score)s 分") % {"score": f"{row.best.normalize():f}"} if row.best else _("通过")
    if row.tries:
        return ngettext("考了 %(n)d 次，没通过", "考了 %(n)d 次，没通过", row.tries) % {"n": row.tries}
    return _("还没考")


def _to_remind(shown: ClassPage, officer: Scope) -> list[tuple[Programme, list[UUID]]]:
    """Whom an officer may remind from here, by programme: the page of reminders asks whether, and checks again."""
    return [] if officer.is_empty or shown.cohort.closed_date else unfinished(scope=officer, shown=shown)


def _find(request: HttpRequest, cohort_uuid: UUID) -> Cohort:
    """A class of another place is not there."""
    return get_object_or_404(cohorts(scope=request.scope), uuid=cohort_uuid)


def _frame(request: HttpRequest) -> dict:
    """A trainer has no other page of the desk; an officer has them all."""
    is_officer = RoleGrant.Role.STAFF.value in roles_of(request.user, request.scope.on_date)
    return frame(request, "cohorts") | {"is_officer": is_officer}
