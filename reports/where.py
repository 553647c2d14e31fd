"""A place as people write it in a form: its name, its full name or its code."""

from collections.abc import Sequence
from typing import TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from people.models import Organisation, Region
from people.scope import Scope
from reports import places

Somewhere = TypeVar("Somewhere", bound=Region | Organisation)
CANDIDATES = 8  # of places with the same name, named in the answer


class RegionField(forms.CharField):
    """Gives the region inside a scope that the words mean. `scope` is set by the form, which knows whose it is."""

    scope: Scope

    def clean(self, value) -> Region:
        text = " ".join(super().clean(value).split())
        return the_one(places.named(scope=self.scope, text=text), text)


def the_one(found: Sequence[Somewhere], text: str) -> Somewhere:
    """This will give the only place that words mean. Raises ValidationError for none, or with the codes of several."""
    if not found:
        raise ValidationError(_("您管的范围里没有“%(text)s”。请写全称，或者写地区代码。"), params={"text": text})
    if len(found) > 1:
        raise ValidationError(
            _("叫这个名字的不止一处，请写代码：%(which)s。"),
            params={"which": _("、").join(_which(one) for one in found[:CANDIDATES])},
        )
    return found[0]


def _which(one: Region | Organisation) -> str:
    return f"{one.full_name} {one.code}" if isinstance(one, Region) else f"{one.name}（{one.region.name}）"
