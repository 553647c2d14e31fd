"""The certificates made out to a person and what became of them, for herself to take along."""

from certificates.models import Certificate
from people.models import User
from people.my_data import part

FACTS = (
    "number",
    "verify_code",
    "name",
    "programme_code",
    "programme_title_zh",
    "hours",
    "trained_from_date",
    "trained_to_date",
    "result",
    "issuer_name_zh",
    "region_name",
    "organisation_name",
    "issued_date",
    "valid_until_date",
)


@part("certificates")
def certificates(user: User) -> object:
    rows = Certificate.objects.filter(learner=user).prefetch_related("events").order_by("issued_at", "pk")
    return [
        {name: getattr(c, name) for name in FACTS}
        | {
            "events": [
                {"what": e.get_kind_display(), "reason": e.reason, "happened_at": e.happened_at} for e in c.events.all()
            ]
        }
        for c in rows
    ]
