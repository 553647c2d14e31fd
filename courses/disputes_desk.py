"""Where a trainer or an administrator meets what learners say was marked wrong: in the menu, with how many wait."""

from django.urls import path, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from assessments.models import MarkDispute
from courses.views.disputes import dispute, disputes, hers, void
from people.audience import Audience
from people.role_menu import RoleMenuItem


@hooks.register("register_admin_urls")
def addresses():
    return [
        path("disputes/", disputes, name="mark_disputes"),
        path("disputes/<uuid:dispute_uuid>/", dispute, name="mark_dispute"),
        path("disputes/<uuid:dispute_uuid>/void/", void, name="mark_dispute_void"),
    ]


class DisputesMenuItem(RoleMenuItem):
    def render_component(self, request):
        """The item is one for everybody, the number is hers: it goes into the component and not into the item."""
        component = super().render_component(request)
        if waiting := hers(request.user, timezone.localdate()).filter(state=MarkDispute.State.OPEN).count():
            component.label = _("判分异议（%(n)d）") % {"n": waiting}
        return component


@hooks.register("register_admin_menu_item")
def disputes_in_the_menu():
    return DisputesMenuItem(
        _("判分异议"),
        reverse_lazy("mark_disputes"),
        audience=Audience.ARBITER,
        name="disputes",
        icon_name="comment",
        order=166,
    )
