"""Where a trainer meets what learners say was marked wrong: in the menu."""

from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from courses.views.disputes import dispute, disputes, void
from people.audience import Audience
from people.scope import roles_of


@hooks.register("register_admin_urls")
def addresses():
    return [
        path("disputes/", disputes, name="mark_disputes"),
        path("disputes/<uuid:dispute_uuid>/", dispute, name="mark_dispute"),
        path("disputes/<uuid:dispute_uuid>/void/", void, name="mark_dispute_void"),
    ]


class DisputesMenuItem(MenuItem):
    def is_shown(self, request):
        return bool(Audience.TRAINER.roles & roles_of(request.user, timezone.localdate()))

    def render_component(self, request):
        self.url = reverse("mark_disputes")
        return super().render_component(request)


@hooks.register("register_admin_menu_item")
def disputes_in_the_menu():
    return DisputesMenuItem(_("判分异议"), "", name="disputes", icon_name="comment", order=166)
