"""Wagtail's admin without its pages about people: grants are given elsewhere, and with a date."""

from wagtail import hooks

PEOPLE_ITEMS = {"users", "groups"}


@hooks.register("construct_settings_menu")
def hide_people(request, items):
    items[:] = [item for item in items if item.name not in PEOPLE_ITEMS]
