"""Who may open other people's addresses: allauth's, Wagtail's. Ours say it themselves (@audience).

The first rule that fits a route counts; a route that none fits fails the tests. So an upgrade that brings a new
address is noticed, and so is an app that somebody mounts.
"""

import re

PUBLIC, SIGNED_IN, WAGTAIL, SHADOWED = "public", "signed in", "wagtail's admin", "behind a door of ours"

RULES = [
    # reached by nobody: patterns of ours stand before them
    (r"admin/(login|password_reset|users|groups|failwhale|test404)/", SHADOWED),
    (r"_util/login/$", SHADOWED),
    # Wagtail
    (r"admin/(sprite|jsi18n)/$", PUBLIC),  # the admin's icons and words
    (r"admin/logout/$", WAGTAIL),
    (
        r"admin/($|account|api|block-preview|bulk|choose-|collections|dismissibles|documents|editing-sessions|embeds"
        r"|images|media|pages|reports|settings|sites|snippets|tag-autocomplete|workflows|\^\.\*)",
        WAGTAIL,
    ),
    # what our apps register in it: their own permissions decide (config/roles.py)
    (r"admin/(assessments|certificates|content|courses|people|reports|search)/", WAGTAIL),
    (r"documents/", PUBLIC),  # published papers; a private collection asks
    (r"_util/authenticate_with_password/", PUBLIC),
    (r"\^\(\(\?:\[", PUBLIC),  # Wagtail's pages
    # allauth
    (r"accounts/(logout|inactive)/$", PUBLIC),
    (r"accounts/\^?password/reset/", PUBLIC),
    (r"accounts/2fa/authenticate/$", PUBLIC),  # between the password and the session
    (r"accounts/(reauthenticate|password/change|password/set)/$", SIGNED_IN),
    (r"accounts/2fa/", SIGNED_IN),
]


def rule_for(route: str) -> str | None:
    return next((who for pattern, who in RULES if re.match(pattern, route)), None)
