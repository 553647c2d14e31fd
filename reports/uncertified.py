"""Who of a registrar's people is on the way to a certificate: whom she may issue it to by hand."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.models import CertificationPeriod, Standing
from people.models import User
from people.phones import normalise_phone
from people.scope import Scope


def uncertified(*, scope: Scope, but: User) -> QuerySet[Standing]:
    """This will give the standings of those whose period is open, with all that a line shows.

    but: the registrar herself, whose certificate another one issues.
    """
    open_periods = CertificationPeriod.objects.filter(allocation=OuterRef("allocation"), met_at__isnull=True)
    return (
        Standing.objects.filter(scope.as_q(), Exists(open_periods), allocation__ended_at__isnull=True)
        .exclude(user=but)
        .select_related("user", "membership", "region", "organisation", "programme__issuer", "allocation")
        .order_by("user__name", "pk")
    )


def named(rows: QuerySet[Standing], words: str) -> QuerySet[Standing]:
    """This will keep those with the words in their name, with this number, or with this whole phone number."""
    phone = normalise_phone(words)
    asked = Q(user__name__icontains=words) | Q(user__login_number__iexact=words)
    return rows.filter(asked | Q(user__phone=phone) if phone else asked)
