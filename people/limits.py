"""How often one may try: strict for an account, loose for an address.

Two hundred people behind one school's address get in; the sixth wrong password for one account does not, even when it
is right. Counted in the shared cache with allauth's limiter: the slot is taken before the secret is looked at and
given back when it was right, so parallel tries gain nothing. A cache that is down raises; SignInOutage answers 503.
"""

from collections.abc import Callable

from allauth.core.internal import ratelimit
from django.http import HttpRequest

# amount / time / per: an address or a key (the account)
RATES = {
    "visit": "1200/5m/ip",
    "password": "5/15m/key,40/d/key",
    "code": "5/15m/key,40/d/key",
    "slip": "5/15m/key",
    "slip_address": "300/h/ip",
    "send": "1/m/key,12/d/key",
    "send_address": "600/10m/ip",
}
WAIT_SECONDS = 15 * 60


class TooOften(Exception):
    """The account or the address has used up its tries."""

    def __init__(self, what: str):
        self.what = what
        super().__init__(what)


def take(request: HttpRequest, what: str, key: str = "") -> Callable[[], None]:
    """This will take one try and return the function that gives it back. Raises TooOften."""
    usage = ratelimit.consume(
        request, app="people", action=what, config=RATES, key=key or None, limit_get=True, raise_exception=False
    )
    if usage is None:
        raise TooOften(what)
    return usage.rollback
