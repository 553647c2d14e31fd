from django import template

from content import checks

register = template.Library()


@register.simple_tag
def findings_of(page) -> list[checks.Finding]:
    """This will look through a page; one that was never saved has nothing yet."""
    return checks.findings_of(page) if page.pk else []
