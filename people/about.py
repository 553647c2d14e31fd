"""What a message is about. `Message.about` is a key that only the app can read that owns the thing; here it says where
a message leads when it is shown, and whether one owed for a later hour is still worth saying when its hour has come.

@about.leads("review_wanted", "review_passed")
def pages(user, keys): return {key: address}      # a key without an address leads nowhere
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.urls import reverse

from people.models import Message, User

Leads = Callable[[User, set[str]], Mapping[str, str]]
LEADS: dict[str, Leads] = {}
WANTED: dict[str, Callable[[Message, datetime], bool]] = {}
# where a message of a kind leads that is about nothing in particular; the others say all by themselves
DESKS = {
    "certificate_issued": "certificates",
    "certificate_corrected": "certificates",
    "certificate_revoked": "certificates",
    "certificate_reinstated": "certificates",
    "dispute_decided": "home",
    "renewal_open": "home",
    "review_cancelled": "wagtailadmin_home",
    "review_passed": "wagtailadmin_home",
    "review_returned": "wagtailadmin_home",
    "review_wanted": "wagtailadmin_home",
    "reminder": "home",
    "export_ready": "reports:exports",
    "bundle_ready": "reports:bundles",
}


def leads(*kinds: str) -> Callable[[Leads], Leads]:
    """This will ask the function where messages of these kinds lead: once a page, with every key on it."""

    def register(function: Leads) -> Leads:
        LEADS.update(dict.fromkeys(kinds, function))
        return function

    return register


def still_wanted(kind: str) -> Callable:
    """This will ask the function, before an owed message of the kind is delivered, whether it still should be."""

    def register(function: Callable[[Message, datetime], bool]) -> Callable[[Message, datetime], bool]:
        WANTED[kind] = function
        return function

    return register


def is_wanted(message: Message, now: datetime) -> bool:
    ask = WANTED.get(message.kind)
    return ask is None or ask(message, now)


def with_addresses(user: User, messages: Iterable[Message]) -> list[tuple[Message, str]]:
    """This will put beside each message where it leads the reader, or nothing. One call for each app that is asked."""
    rows = list(messages)
    keys: dict[Leads, set[str]] = {}
    for message in rows:
        if message.about and message.kind in LEADS:
            keys.setdefault(LEADS[message.kind], set()).add(message.about)
    found = {function: function(user, wanted) for function, wanted in keys.items()}
    return [(message, _address(message, found)) for message in rows]


def _address(message: Message, found: Mapping[Leads, Mapping[str, str]]) -> str:
    if message.about and message.kind in LEADS:
        return found[LEADS[message.kind]].get(message.about, "")
    return reverse(DESKS[message.kind]) if message.kind in DESKS else ""
