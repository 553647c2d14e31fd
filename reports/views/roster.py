"""The roster: an officer adds the people of her places, moves them, and writes down who has left."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.models import Programme
from courses.services import allocate, end_post, place_learner
from people.audience import Audience, audience
from people.models import Membership, Organisation, Region
from people.services import add_organisation, add_person
from reports import places
from reports.places import OutsideScope, Place
from reports.roster_forms import MOST_CHOICES, LeaveForm, OrganisationForm, PersonForm, PostForm
from reports.views.desk import frame

asks = require_http_methods(["GET", "HEAD", "POST"])


@audience(Audience.STAFF)
@asks
def add(request: HttpRequest) -> HttpResponse:
    place = _place(request)
    if place is None or not _fits_a_list(request, place):
        return _choose(request, reverse("reports:roster_add"), place)
    form = PersonForm(
        request.POST or None,
        programmes=Programme.objects.filter(requirement_sets__isnull=False).distinct().order_by("code"),
        **_choices(request, place),
    )
    if request.method == "POST" and form.is_valid():
        try:
            person = _add(request, form)
        except ValidationError as refused:
            _say(form, refused)
        else:
            messages.success(request, _("已经把%(name)s加进名册。") % {"name": person.name})
            return redirect("issue_slip", person_uuid=person.uuid)
    return _ask(request, "reports/roster_add.html", form, place=place)


@audience(Audience.STAFF)
@asks
def place(request: HttpRequest, person_uuid: UUID) -> HttpResponse:
    membership = _hers(request, person_uuid)
    at = _place(request) if request.GET else _around(request, membership)
    if at is None or not _fits_a_list(request, at):
        return _choose(request, request.path, at)
    held = {name: getattr(membership, name) for name in ("worker", "organisation", "region", "village")}
    form = PostForm(request.POST or None, initial=held, **_choices(request, at))
    if request.method == "POST" and form.is_valid():
        try:
            place_learner(learner=membership.user, placed_by=request.user, placed_at=timezone.now(), **form.post)
        except ValidationError as refused:
            _say(form, refused)
        else:
            messages.success(request, _("%(name)s的岗位已经改好。") % {"name": membership.user.name})
            return redirect("reports:people")
    elsewhere = _crumbs(request, request.path, at)
    return _ask(request, "reports/roster_place.html", form, membership=membership, place=at, elsewhere=elsewhere)


@audience(Audience.STAFF)
@asks
def leave(request: HttpRequest, person_uuid: UUID) -> HttpResponse:
    membership = _hers(request, person_uuid)
    form = LeaveForm(request.POST or None, membership=membership, today=request.scope.on_date)
    if request.method == "POST" and form.is_valid():
        end_post(
            membership=membership,
            ended_date=form.cleaned_data["ended_date"],
            ended_by=request.user,
            ended_at=timezone.now(),
        )
        messages.success(request, _("已经记下%(name)s离岗。") % {"name": membership.user.name})
        return redirect("reports:people")
    return _ask(request, "reports/roster_leave.html", form, membership=membership)


@audience(Audience.STAFF)
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    at = _place(request)
    if at is None or not _fits_a_list(request, at):
        return _choose(request, reverse("reports:organisations"), at)
    rows = _bodies(request, at).select_related("region", "parent").order_by("region__path", "name")
    context = {"place": at, "rows": rows, "crumbs": _crumbs(request, reverse("reports:organisations"), at)}
    return render(request, "reports/organisations.html", frame(request, "people") | context)


@audience(Audience.STAFF)
@asks
def organisation_add(request: HttpRequest) -> HttpResponse:
    at = _place(request)
    if at is None or not at.is_region or not _fits_a_list(request, at):
        return _choose(request, reverse("reports:organisation_add"), at)
    choices = _choices(request, at)
    form = OrganisationForm(request.POST or None, organisations=choices["organisations"], regions=choices["regions"])
    if request.method == "POST" and form.is_valid():
        added = add_organisation(
            **form.cleaned_data, from_date=request.scope.on_date, added_by=request.user, added_at=timezone.now()
        )
        messages.success(request, _("%(name)s已经在单位里。") % {"name": added.name})
        return redirect(f"{reverse('reports:organisations')}?{at.query}")
    return _ask(request, "reports/organisation_add.html", form, place=at, back=reverse("reports:organisations"))


@transaction.atomic
def _add(request: HttpRequest, form: PersonForm):
    """All of it or nothing: the person, her post, what she is to learn."""
    now, data = timezone.now(), form.cleaned_data
    person = form.returning or add_person(
        added_by=request.user, added_at=now, **{key: data[key] for key in ("name", "phone", "email", "language")}
    )
    place_learner(learner=person, placed_by=request.user, placed_at=now, **form.post)
    for programme in data["programmes"]:
        allocate(learner=person, programme=programme, allocated_at=now, allocated_by=request.user)
    return person


def _hers(request: HttpRequest, person_uuid: UUID) -> Membership:
    """Outside her scope the person is not there. Nobody moves herself."""
    mine = request.scope.memberships(Membership.objects.select_related("user", "organisation", "region"))
    membership = get_object_or_404(mine, user__uuid=person_uuid, user__is_active=True)
    if membership.user == request.user:
        raise Http404
    return membership


def _place(request: HttpRequest) -> Place | None:
    """The place in the address, or her only one. Somebody else's is not there: 404."""
    region, organisation = request.GET.get("region", ""), request.GET.get("organisation", "")
    try:
        if region or organisation:
            return places.find(scope=request.scope, region=region, organisation=organisation)
    except OutsideScope as outside:
        raise Http404 from outside
    tops = places.roots(scope=request.scope)
    return tops[0] if len(tops) == 1 else None


def _around(request: HttpRequest, membership: Membership) -> Place:
    """The county of the post, or the highest place of hers that holds it: where most moves go."""
    at = places.of_region(membership.region)
    if not request.scope.covers_region(membership.region.path):
        return places.of_organisation(membership.organisation)
    way = places.way_up(scope=request.scope, place=at)
    return next((step for step in way if step.level == Region.Level.COUNTY), way[-1])


def _bodies(request: HttpRequest, at: Place):
    standing = Organisation.objects.on(request.scope.on_date)
    return standing.filter(**{"region__path__startswith" if at.is_region else "path__startswith": at.path})


def _fits_a_list(request: HttpRequest, at: Place) -> bool:
    return (
        at.level is None
        or at.level >= Region.Level.COUNTY
        or (_bodies(request, at).count() <= MOST_CHOICES and _regions(request, at).count() <= MOST_CHOICES)
    )


def _regions(request: HttpRequest, at: Place):
    standing = Region.objects.on(request.scope.on_date)
    if at.is_region:
        return standing.filter(path__startswith=at.path)
    return standing.filter(organisations__path__startswith=at.path).distinct()


def _choices(request: HttpRequest, at: Place) -> dict:
    return {
        "organisations": _bodies(request, at).order_by("region__path", "name"),
        "regions": _regions(request, at).order_by("path"),
        "today": request.scope.on_date,
    }


def _choose(request: HttpRequest, address: str, at: Place | None) -> HttpResponse:
    """One place down, until the lists are short enough to choose from."""
    below = places.children(place=at, on_date=request.scope.on_date) if at else places.roots(scope=request.scope)
    context = {
        "below": [(one, f"{address}?{one.query}") for one in below],
        "crumbs": _crumbs(request, address, at) if at else [],
        "place": at,
    }
    return render(request, "reports/roster_where.html", frame(request, "people") | context)


def _crumbs(request: HttpRequest, address: str, at: Place) -> list[tuple[Place, str]]:
    way = places.way_up(scope=request.scope, place=at)
    return [(step, f"{address}?{step.query}") for step in way[:-1]]


def _say(form, refused: ValidationError) -> None:
    """What the models refuse is said at its field, or above the form."""
    for field, sentences in refused.message_dict.items():
        form.add_error(field if field in form.fields else None, sentences)


def _ask(request: HttpRequest, template: str, form, **context) -> HttpResponse:
    context = {"back": reverse("reports:people"), "form": form} | context | frame(request, "people")
    return render(request, template, context, status=422 if form.is_bound else 200)
