"""Whatever makes a page found, found otherwise or not found any more leaves an owed row, in the same transaction.

Signals of Django and Wagtail about Wagtail's own models, not between our apps: the apps below cannot know search.
`Page.save` and `Page.delete` are transactions, and their signals are sent inside: publishing, unpublishing, scheduled
publishing, planting and copying all come through them (page_published would come after the commit).
"""

from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index
from wagtail.signals import post_page_move

from content.models import Law, LawClause, PolicyPage
from search.entries import KINDS, searched_fields
from search.owing import owe_entries


def connect() -> None:
    """This will listen, from AppConfig.ready."""
    for model in KINDS.values():
        post_save.connect(_saved, sender=model, dispatch_uid=f"search-saved-{model.__name__}")
        post_delete.connect(_deleted, sender=model, dispatch_uid=f"search-deleted-{model.__name__}")
    for model in (Law, LawClause):
        post_save.connect(_law_changed, sender=model, dispatch_uid=f"search-law-{model.__name__}")
    post_delete.connect(_law_changed, sender=LawClause, dispatch_uid="search-clause-deleted")
    post_save.connect(_restriction_changed, sender=PageViewRestriction, dispatch_uid="search-restricted")
    post_delete.connect(_restriction_changed, sender=PageViewRestriction, dispatch_uid="search-opened")
    post_page_move.connect(_moved, dispatch_uid="search-moved")


def _saved(sender, instance, created, update_fields, **kwargs) -> None:
    if created and not instance.live:
        return
    if update_fields is not None and not set(update_fields) & {"live", *searched_fields(sender)}:
        return  # a draft was saved: the page's own words stay
    owe_entries(page_ids=[instance.pk], now=timezone.now())


def _law_changed(sender, instance, update_fields=None, **kwargs) -> None:
    """A document's words are its law's: its pages are indexed anew in both stores."""
    if update_fields is not None:
        return  # a draft was saved beside it, a lock set: the public words stay
    law = instance if isinstance(instance, Law) else instance.law
    pages = list(PolicyPage.objects.filter(law=law))
    for page in pages:
        index.insert_or_update_object(page)
    owe_entries(page_ids=[page.pk for page in pages], now=timezone.now())


def _deleted(sender, instance, **kwargs) -> None:
    owe_entries(page_ids=[instance.pk], now=timezone.now())


def _restriction_changed(sender, instance, **kwargs) -> None:
    _owe_branch(instance.page)


def _moved(sender, instance, **kwargs) -> None:
    _owe_branch(instance)


def _owe_branch(page: Page) -> None:
    pages = Page.objects.filter(path__startswith=page.path).type(*KINDS.values())
    owe_entries(page_ids=pages.values_list("pk", flat=True), now=timezone.now())
