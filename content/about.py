"""Where a message about a review leads: to the editor of what it speaks of, or to the page once all of it is public."""

from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter

from django.apps import apps
from django.db.models import Model
from django.urls import reverse
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page

from people import about
from people.models import User

KINDS = ("review_wanted", "review_passed", "review_returned", "review_cancelled", "page_comments")
PAGE = Page._meta.label_lower


def key_of(thing: Model) -> str:
    """This will name a page or a snippet as a message keeps it."""
    return f"{PAGE if isinstance(thing, Page) else thing._meta.label_lower}:{thing.pk}"


@about.leads(*KINDS)
def _reviewed(user: User, keys: set[str]) -> Mapping[str, str]:
    """One query for each kind of thing; what is deleted since then has no address."""
    found, finder = {}, AdminURLFinder(user)
    for label, named in groupby(sorted(key.split(":") for key in keys), key=itemgetter(0)):
        for thing in apps.get_model(label).objects.filter(pk__in=[pk for _label, pk in named]):
            is_page = isinstance(thing, Page)
            found[key_of(thing)] = _of_page(thing, user) if is_page else finder.get_edit_url(thing) or ""
    return found


def _of_page(page: Page, user: User) -> str:
    """Who may work there gets the editor, unless anybody may read the page and no draft of it waits."""
    works_there = user.has_perm("wagtailadmin.access_admin")
    is_public = page.live and getattr(page.specific_class, "is_for_everybody", False)
    if is_public and not (works_there and page.has_unpublished_changes):
        return page.get_url() or ""
    return reverse("wagtailadmin_pages:edit", args=[page.pk]) if works_there else ""
