"""How often one address may look certificates up: loose, for a whole office checks papers behind one address.

The codes need no limit (80 random bits); the numbers do, since they can be counted through. With the cache down people
may still verify: a limit that cannot count must not make a valid certificate look false.
"""

import logging

from allauth.core.internal import ratelimit
from django.http import HttpRequest
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

RATES = {"certificate": "120/m/ip", "number": "60/h/ip"}
WAIT_SECONDS = {"certificate": 60, "number": 15 * 60}


def may_look(request: HttpRequest, what: str) -> bool:
    """This will count one look-up of this address and say whether it is still within its share."""
    try:
        usage = ratelimit.consume(
            request, app="certificates", action=what, config=RATES, limit_get=True, raise_exception=False
        )
    except (RedisError, OSError):
        logger.exception("look-ups are not counted: the cache is away")
        return True
    return usage is not None
