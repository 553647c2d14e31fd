"""People standing in a programme, as courses.services would have left them, and the sums above them."""

from datetime import UTC, date, datetime, timedelta

import factory

from courses.models import Allocation, Standing
from courses.services.standing import rebuild_tallies
from people.models import Organisation, Region
from reports.models import Export
from tests.factories.courses import ProgrammeFactory
from tests.factories.people import MembershipFactory, OrganisationFactory, RegionFactory

THEN = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


class AllocationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Allocation

    learner = factory.SubFactory("tests.factories.people.UserFactory")
    programme = factory.SubFactory(ProgrammeFactory)
    requirement_set = factory.LazyAttribute(lambda a: a.programme.requirement_sets.get())
    allocated_at = THEN


class StandingFactory(factory.django.DjangoModelFactory):
    """Somebody who has not begun. The sums above her are made by `tally`, once all are there."""

    class Meta:
        model = Standing

    membership = factory.SubFactory(MembershipFactory)
    user = factory.SelfAttribute("membership.user")
    region = factory.SelfAttribute("membership.region")
    organisation = factory.SelfAttribute("membership.organisation")
    programme = factory.SubFactory(ProgrammeFactory)
    allocation = factory.LazyAttribute(lambda s: AllocationFactory(learner=s.user, programme=s.programme))
    state = Standing.State.NOT_STARTED
    due_date = date(2026, 12, 31)
    why = factory.LazyAttribute(lambda s: WHY[s.state])
    lessons_total = 8
    changed_at = THEN


class ExportFactory(factory.django.DjangoModelFactory):
    """A long list that somebody asked for and nobody has written yet."""

    class Meta:
        model = Export

    asked_by = factory.SubFactory("tests.factories.people.UserFactory")
    asked_at = THEN
    due_at = factory.SelfAttribute("asked_at")
    scope = factory.LazyFunction(dict)
    filters = factory.LazyFunction(dict)
    expires_at = factory.LazyAttribute(lambda e: e.asked_at + timedelta(days=7))


WHY = {
    Standing.State.NOT_STARTED: {"code": "not_started"},
    Standing.State.STUDYING: {"code": "lessons_left", "course": "C04", "left": 3},
    Standing.State.CERTIFIED: {},
    Standing.State.REVOKED: {"code": "revoked", "at": "2026-10-09T02:00:00+00:00"},
}


def tally() -> None:
    """This will make the sums of every region as the services keep them."""
    rebuild_tallies()


class Country:
    """A small nation: 苍岭省 with 禾川市 (青禾县, 白水县) and 东湾市, which has no counties; and a second province."""

    def __init__(self) -> None:
        make, level = RegionFactory, Region.Level
        self.nation = make(code="000000", name="全国", level=level.NATION)
        self.province = make(code="980000", name="苍岭省", level=level.PROVINCE, parent=self.nation)
        self.prefecture = make(code="980100", name="禾川市", level=level.PREFECTURE, parent=self.province)
        self.county = make(code="980101", name="青禾县", parent=self.prefecture)
        self.beside = make(code="980102", name="白水县", parent=self.prefecture)
        self.no_counties = make(code="980200", name="东湾市", level=level.PREFECTURE, parent=self.province)
        self.other_province = make(code="970000", name="云泽省", level=level.PROVINCE, parent=self.nation)
        town = {"level": level.TOWNSHIP}
        self.towns = [make(code=f"98010100{n}", name=f"青禾{n}镇", parent=self.county, **town) for n in range(1, 4)]
        self.town_beside = make(code="980102001", name="白水镇", parent=self.beside, **town)
        self.town_of_no_county = make(code="980200001", name="东湾一镇", parent=self.no_counties, **town)
        league = Organisation.Kind.LEAGUE
        self.league = OrganisationFactory(name="青禾县团委", kind=league, region=self.county)
        self.stations = [
            OrganisationFactory(name=f"{town.name}社工站", region=town, parent=self.league) for town in self.towns
        ]
        self.station_beside = OrganisationFactory(name="白水镇社工站", region=self.town_beside)
        self.station_of_no_county = OrganisationFactory(name="东湾一镇社工站", region=self.town_of_no_county)
        self.programme = ProgrammeFactory(code="C04", title_zh="看见、记录、报告")

    def everywhere(self) -> list[Organisation]:
        return [*self.stations, self.league, self.station_beside, self.station_of_no_county]

    def person(self, organisation: Organisation, **fields) -> Standing:
        member = {k: fields.pop(k) for k in ("worker", "village") if k in fields}
        user = {f"user__{k}": fields.pop(k) for k in ("name", "phone") if k in fields}
        membership = MembershipFactory(organisation=organisation, **member, **user)
        return StandingFactory(membership=membership, programme=self.programme, **fields)
