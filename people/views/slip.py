from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from people import services
from people.audience import Audience, audience
from people.codes import show_slip_code
from people.models import Membership


@never_cache
@audience(Audience.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def issue_slip(request: HttpRequest, person_uuid: UUID) -> HttpResponse:
    """A supervisor makes 登录条 for one of her people. The code is shown on this page and nowhere again."""
    mine = request.scope.memberships(Membership.objects.select_related("user", "organisation", "region"))
    membership = mine.filter(user__uuid=person_uuid, user__is_active=True).first()
    if membership is None:
        raise Http404
    context = {"membership": membership}
    if request.method == "POST":
        try:
            slip, code = services.issue_slip(user=membership.user, issued_by=request.user, now=timezone.now())
        except services.NoSlipForStaff:
            context["error"] = _("工作人员不用登录条，请他用验证码或密码登录。")
            return render(request, "people/slip.html", context, status=409)
        context |= {"slip": slip, "code": show_slip_code(code)}
    return render(request, "people/slip.html", context)


@audience(Audience.ADMINISTRATOR)
def closed(request: HttpRequest, **kwargs) -> HttpResponse:
    """Wagtail's pages about people and groups: people's data stays out of it, so nobody finds them."""
    raise Http404
