"""The few pieces of look that a template cannot say by itself: icons, the row of seedlings, the other language."""

from collections.abc import Sequence

from django import template
from django.urls import translate_url
from django.utils.html import format_html, mark_safe
from django.utils.translation import get_language

register = template.Library()

# 20-unit grid, 1.8 stroke, drawn inline: no sprite to wait for on a slow network. A word stands beside each.
ICONS = {
    "bell": '<path d="M5 13.5V9a5 5 0 0 1 10 0v4.5l1.2 1.5H3.8zM8.5 17.5h3"/>',
    "book": '<path d="M10 5.5C8 4 5.5 3.8 3 4v11.5c2.5-.2 5 0 7 1.5 2-1.5 4.5-1.7 7-1.5V4c-2.5-.2-5 0-7 1.5zm0 0V17"/>',
    "cert": '<circle cx="10" cy="8" r="4.8"/><path d="M7 12l-1.2 5.5L10 15.5l4.2 2L13 12"/>',
    "clock": '<circle cx="10" cy="10" r="7"/><path d="M10 6v4l2.8 1.8"/>',
    "dl": '<path d="M10 3v9m-4-3.5 4 4 4-4M4 16.5h12"/>',
    "find": '<circle cx="9" cy="9" r="5.5"/><path d="m13 13 4 4"/>',
    "home": '<path d="M3.5 9.5 10 3.5l6.5 6v7h-4.5v-4.5H8v4.5H3.5z"/>',
    "info": '<circle cx="10" cy="10" r="7"/><path d="M10 9.5v4M10 6.5v.1"/>',
    "lock": '<rect x="4" y="9" width="12" height="8" rx="1.5"/><path d="M7 9V6.5a3 3 0 0 1 6 0V9"/>',
    "mob": '<rect x="6" y="2.5" width="8" height="15" rx="1.8"/><path d="M9.3 15h1.4"/>',
    "next": '<path d="m8 4.5 5.5 5.5L8 15.5"/>',
    "ok": '<path d="M4 10.5l4.2 4.2L16 6"/>',
    "say": '<path d="M3.5 4h13v9.5h-7L6 17v-3.5H3.5zM7 8.8h6"/>',
    "share": '<path d="M8 5H4.5v11h11v-3.5M11 4h5v5m0-5-7 7"/>',
    "stop": '<path d="M7 3h6l4 4v6l-4 4H7l-4-4V7zm3 3.5v4.5m0 2.5v.1"/>',
    "tel": '<path d="M4 3.5h3l1.5 4L6.8 9a9 9 0 0 0 4.2 4.2l1.5-1.7 4 1.5v3c0 1-8.5.5-12-6-1.3-2.5-1.5-6.5-.5-6.5z"/>',
    "up": '<path d="M10 13V4M6 7.5l4-4 4 4M4 16.5h12"/>',
    "user": '<circle cx="10" cy="7" r="3.5"/><path d="M3.5 17c.5-3.5 3-5 6.5-5s6 1.5 6.5 5"/>',
    "warn": '<path d="M10 3 2.5 16.5h15zM10 8v4m0 2.3v.1"/>',
    "x": '<path d="m5 5 10 10M15 5 5 15"/>',
}


@register.simple_tag
def icon(name: str):
    """This will draw one of ICONS. Raises KeyError for a name that is not there: a template's mistake is loud."""
    return mark_safe(f'<svg class="ic" viewBox="0 0 20 20" aria-hidden="true">{ICONS[name]}</svg>')  # noqa: S308


@register.simple_tag
def seeds(states: Sequence[str], size: str = ""):
    """This will draw the row of seedlings, hidden from screen readers: words must stand beside it.

    states: per lesson "done", "here" or "" for one to come.
    """
    classes = {"done": ' class="d"', "here": ' class="n"', "": ""}
    row = "".join(f"<i{classes[s]}></i>" for s in states)
    return format_html('<span class="seeds{}" aria-hidden="true">{}</span>', f" {size}" if size else "", mark_safe(row))  # noqa: S308


@register.simple_tag(takes_context=True)
def other_language(context) -> dict[str, str]:
    """This will give the address and the name of this page in the other language."""
    code, name = ("zh-hans", "中文") if (get_language() or "").startswith("en") else ("en", "English")
    return {
        "code": code,
        "lang": "zh-CN" if code == "zh-hans" else "en",
        "name": name,
        "url": translate_url(context["request"].get_full_path(), code),
    }


@register.simple_tag
def html_lang() -> str:
    """This will give the lang attribute: zh-CN, since zh-hans brings Japanese letterforms (design, section 7)."""
    return "en" if (get_language() or "").startswith("en") else "zh-CN"
