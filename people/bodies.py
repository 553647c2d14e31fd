"""Reading JSON that a phone, or anybody, sends: what can be read may be stored, and all else is one kind of error."""

import json
import re

from django.http import HttpRequest

UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")  # no database keeps half a character, and PostgreSQL no NUL


class NotUnderstood(ValueError):
    """The body is no JSON, or JSON that no program of ours writes."""


def read_json(request: HttpRequest):
    """This will give what the body says. Raises NotUnderstood, also for what is nested or long beyond reason."""
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError) as unreadable:
        raise NotUnderstood("json") from unreadable


def is_storable(said) -> bool:
    """Is every text in it one that a database can keep?"""
    return storable(said) == said


def storable(said):
    """This will give the same with what no database keeps replaced by the sign for it."""
    if isinstance(said, str):
        return UNSTORABLE.sub("\ufffd", said)
    if isinstance(said, list):
        return [storable(part) for part in said]
    if isinstance(said, dict):
        return {storable(name): storable(part) for name, part in said.items()}
    return said
