"""What we hold about one person, for herself to take along (PIPL, Article 45). Each app adds its part.

@my_data.part("certificates")
def certificates_of(user): return [...]   # JSON values; datetimes and UUIDs are written by Django's encoder
"""

from collections.abc import Callable

from people.models import AuditEntry, Message, User

PARTS: dict[str, Callable[[User], object]] = {}


def part(name: str) -> Callable:
    def register(function: Callable[[User], object]) -> Callable[[User], object]:
        PARTS[name] = function
        return function

    return register


def everything_about(user: User) -> dict[str, object]:
    """This will gather every app's part about one person and about nobody else."""
    return {name: PARTS[name](user) for name in sorted(PARTS)}


@part("person")
def _person(user: User) -> object:
    fields = ("login_number", "name", "phone", "phone_verified_at", "email", "language", "joined_at", "last_login")
    return {name: getattr(user, name) for name in fields}


@part("work")
def _work(user: User) -> object:
    return [
        {
            "organisation": m.organisation.name,
            "region": m.region.full_name,
            "worker": m.get_worker_display(),
            "village": m.village,
            "from": m.started_date,
            "to": m.ended_date,
        }
        for m in user.memberships.select_related("organisation", "region").order_by("started_date")
    ]


@part("roles")
def _roles(user: User) -> object:
    return list(user.role_grants.order_by("from_date").values("role", "from_date", "to_date"))


@part("consents")
def _consents(user: User) -> object:
    return list(user.consents.order_by("pk").values("text_key", "text_version", "is_given", "recorded_at", "channel"))


@part("messages")
def _messages(user: User) -> object:
    fields = ("channel", "kind", "address", "subject", "body", "created_at", "done_at", "read_at")
    rows = list(user.messages_owed.order_by("pk").values(*fields))
    for row in rows:
        if row["channel"] != Message.Channel.APP:
            del row["body"]  # a code or a key still on its way lets in whoever holds the file
    return rows


@part("sign_in_slips")
def _slips(user: User) -> object:
    return list(user.slips.order_by("pk").values("issued_at", "expires_at", "used_at", "cancelled_at"))


@part("recorded_deeds")
def _deeds(user: User) -> object:
    """What she did or looked at that is kept for answering; about whom it was is the other person's.

    Taking this file is recorded too and left out, so that the file is the same until something else has changed.
    """
    return list(
        AuditEntry.objects.filter(actor=user)
        .exclude(verb="own_data_taken")
        .order_by("pk")
        .values("verb", "object_kind", "recorded_at", "address")
    )
