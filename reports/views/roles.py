"""Who may do what, where: an administrator gives roles and ends them, each with a reason and a day, none deleted."""

from datetime import date
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from people.audience import Audience, audience
from people.models import Membership, Organisation, Region, RoleGrant, User
from people.phones import normalise_phone
from people.scope import Scope
from people.services import end_role, grant_role
from reports import places
from reports.views.desk import frame
from reports.where import the_one

ROWS_A_PAGE = 50

asks = require_http_methods(["GET", "HEAD", "POST"])


class GrantForm(forms.Form):
    """A role over a region or a body inside the administrator's own scope."""

    who = forms.CharField(
        label=gettext_lazy("给谁：手机号或学员编号"),
        max_length=30,
        error_messages={"required": gettext_lazy("请写手机号或八位学员编号。")},
    )
    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=RoleGrant.Role.choices)
    where = forms.CharField(
        label=gettext_lazy("管哪里：地区或单位的全称，或者地区代码"),
        max_length=100,
        help_text=gettext_lazy("例如“松桃苗族自治县”，或者 520628。管这里和下面的全部。"),
        error_messages={"required": gettext_lazy("请写地区或单位。")},
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=200,
        help_text=gettext_lazy("例如任命文件的名称和文号。"),
        error_messages={"required": gettext_lazy("请写明理由，以后查得到。")},
    )

    def __init__(self, *args, scope: Scope, granter: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.scope, self.granter = scope, granter

    def clean_who(self) -> User:
        """Somebody of her scope, or somebody in no post: people of other places are not there."""
        number = normalise_phone(self.cleaned_data["who"])
        found = User.objects.active().filter(Q(login_number=number) | Q(phone=number)).first()
        elsewhere = found and Membership.objects.on(self.scope.on_date).filter(user=found).exists()
        if found is None or (elsewhere and not self.scope.memberships().filter(user=found).exists()):
            raise ValidationError(_("您管的范围里没有这个人。请核对号码；新来的人，先由县里加进名册。"))
        if found == self.granter:
            raise ValidationError(_("自己的角色要由别的管理员来给。"))
        return found

    def clean_where(self) -> Region | Organisation:
        text = " ".join(self.cleaned_data["where"].split())
        today = self.scope.on_date
        regions = places.named(scope=self.scope, text=text)
        bodies = [
            o
            for o in Organisation.objects.on(today).filter(name=text).select_related("region")[:100]
            if self.scope.covers_region(o.region.path)
            or any(o.path.startswith(p) for p in self.scope.organisation_paths)
        ]
        return the_one([*regions, *bodies], text)


@never_cache
@audience(Audience.ADMINISTRATOR)
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    today = request.scope.on_date
    words, role = request.GET.get("q", "").strip()[:50], request.GET.get("role", "")
    rows = _grants(request.scope).on(today).select_related("user", "region", "organisation")
    if words:
        rows = rows.filter(Q(user__name__contains=words) | Q(region__name__contains=words))
    if role in RoleGrant.Role.values:
        rows = rows.filter(role=role)
    page = Paginator(rows.order_by("role", "region__path", "pk"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    query = f"&{urlencode({'q': words, 'role': role})}"
    context = {"page": page, "q": words, "role": role, "roles": RoleGrant.Role.choices, "query": query}
    return render(request, "reports/roles.html", frame(request, "roles") | context)


@never_cache
@audience(Audience.ADMINISTRATOR)
@asks
def grant(request: HttpRequest) -> HttpResponse:
    """First the four answers, then the same with the name and the place read out, then the deed."""
    form = GrantForm(request.POST or None, scope=request.scope, granter=request.user)
    is_sound = form.is_bound and form.is_valid()
    if is_sound and request.POST.get("sure") == "yes":
        data, where = form.cleaned_data, form.cleaned_data["where"]
        over = {"region": where} if isinstance(where, Region) else {"organisation": where}
        grant_role(
            user=data["who"],
            role=data["role"],
            from_date=timezone.localdate(),
            granted_by=request.user,
            reason=data["reason"],
            **over,
        )
        messages.success(request, _("%(name)s的角色今天起生效。") % {"name": data["who"].name})
        return redirect("reports:roles")
    context = {"form": form, "asks": is_sound}
    if is_sound:
        context |= {"person": form.cleaned_data["who"], "where": form.cleaned_data["where"]}
        context["role_name"] = RoleGrant.Role(form.cleaned_data["role"]).label
    status = 422 if form.is_bound and not is_sound else 200
    return render(request, "reports/role_grant.html", frame(request, "roles") | context, status=status)


@never_cache
@audience(Audience.ADMINISTRATOR)
@asks
def end(request: HttpRequest, grant_pk: int) -> HttpResponse:
    """A role ends today. Her own last door is not hers to close."""
    today: date = request.scope.on_date
    rows = _grants(request.scope).on(today).select_related("user", "region", "organisation")
    found = get_object_or_404(rows, pk=grant_pk)
    is_own = found.user == request.user and found.role == RoleGrant.Role.ADMINISTRATOR
    if request.method == "POST" and not is_own:
        end_role(grant=found, to_date=today, ended_by=request.user)
        messages.success(request, _("%(name)s的角色已经收回。") % {"name": found.user.name})
        return redirect("reports:roles")
    status = 409 if request.method == "POST" else 200
    context = {"grant": found, "is_own": is_own}
    return render(request, "reports/role_end.html", frame(request, "roles") | context, status=status)


def _grants(scope: Scope):
    """The grants over places inside the administrator's own."""
    inside = Q(pk__in=[])
    for path in scope.region_paths:
        inside |= Q(region__path__startswith=path) | Q(organisation__region__path__startswith=path)
    for path in scope.organisation_paths:
        inside |= Q(organisation__path__startswith=path)
    return RoleGrant.objects.filter(inside)
