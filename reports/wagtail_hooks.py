"""The way from a trainer's menu to her classes, which are a desk page: people's data is nowhere in Wagtail's admin."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from people.audience import Audience
from people.role_menu import RoleMenuItem


@hooks.register("register_admin_menu_item")
def cohorts() -> RoleMenuItem:
    address = reverse_lazy("reports:cohorts")
    return RoleMenuItem(_("班级"), address, audience=Audience.LEADER, name="cohorts", icon_name="group", order=450)
