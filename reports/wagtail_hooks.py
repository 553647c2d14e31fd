"""The way from a trainer's menu to her classes, which are a desk page: people's data is nowhere in Wagtail's admin."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from people.audience import Audience
from people.scope import roles_of


class CohortsMenuItem(MenuItem):
    def is_shown(self, request):
        return bool(Audience.LEADER.roles & roles_of(request.user, timezone.localdate()))


@hooks.register("register_admin_menu_item")
def cohorts() -> MenuItem:
    return CohortsMenuItem(_("班级"), reverse("reports:cohorts"), name="cohorts", icon_name="group", order=450)
