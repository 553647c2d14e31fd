"""Who is told of comments in the editor: through owed rows, in the app too, and once until she has read it.

Wagtail's own letter goes out inside the request, so a mail server that is away would fail the saving; and the author
whose page is reviewed is no reader of it.
"""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.admin.views.pages.edit import EditView
from wagtail.models import Page

from content.about import key_of
from people.models import Message, User
from people.services import owe_messages

KIND = "page_comments"


def connect() -> None:
    """This will tell of comments from now on, in the place of Wagtail."""
    EditView.send_commenting_notifications = lambda view, changes: tell(view.page, view.request.user, changes)


def tell(page: Page, editor: User, changes: dict) -> None:
    """This will tell what one saving changed about a page's comments. `changes`: as Wagtail's edit view finds them."""
    messages = []
    for person in readers(page, changes).exclude(pk=editor.pk):
        with translation.override(person.language):
            subject, body = _words(page, editor, changes)
        said = {"user": person, "kind": KIND, "subject": subject, "about": key_of(page)}
        if not body or Message.objects.in_app().unread().filter(**said).exists():
            continue
        messages.append(Message(channel=Message.Channel.APP, body=body, **said))
        if person.email:
            way = settings.SITE_URL + reverse("wagtailadmin_pages:edit", args=[page.pk])
            email = Message(channel=Message.Channel.EMAIL, address=person.email, body=f"{body}\n\n{way}", **said)
            messages.append(email)
    owe_messages(messages=messages, now=timezone.now())


def readers(page: Page, changes: dict):
    """This will find who handed the page in, who switched it on, and who speaks in these threads; of them, who still works here."""
    state = page.current_workflow_state
    threads = [*changes["resolved_comments"], *(comment for comment, _replies in changes["new_replies"])]
    theirs = (
        Q(pk=state.requested_by_id if state else None)
        | Q(page_subscriptions__page=page, page_subscriptions__comment_notifications=True)
        | Q(wagtail_admin_comments__in=threads)
        | Q(comment_replies__comment__in=threads)
    )
    found = User.objects.active().filter(theirs).distinct()
    return found.filter(pk__in=[person.pk for person in found if person.has_perm("wagtailadmin.access_admin")])


def _words(page: Page, editor: User, changes: dict) -> tuple[str, str]:
    """The subject and the body, in the language that is active; no body where comments only went away."""
    said = [one.text for one in [*changes["new_comments"], *(one for _c, new in changes["new_replies"] for one in new)]]
    done = [comment.text for comment in changes["resolved_comments"]]
    facts = {"who": editor.name, "title": page.get_admin_display_title(), "said": _("；").join(said)}
    facts["done"] = _("；").join(done)
    body = []
    if said:
        body.append(_("%(who)s在《%(title)s》里写了评论：%(said)s") % facts)
    if done:
        body.append(_("%(who)s说《%(title)s》里的评论解决了：%(done)s") % facts)
    return (_("评论：%(title)s") % facts)[:200], "\n".join(body)
