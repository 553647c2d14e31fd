"""The smallest valid people and places."""

from datetime import date

import factory

from people.models import Membership, Organisation, Region, RoleGrant, User


class RegionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Region

    code = factory.Sequence(lambda n: f"69{n:04d}")  # 69…: no real code, and no code a test names
    name = factory.Sequence(lambda n: f"地区{n}")
    level = Region.Level.COUNTY
    parent = None
    path = factory.LazyAttribute(lambda r: f"{r.parent.path if r.parent else ''}{r.code}/")
    full_name = factory.LazyAttribute(lambda r: f"{r.parent.full_name}·{r.name}" if r.parent else r.name)
    valid_from_date = date(2020, 1, 1)


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    kind = Organisation.Kind.STATION
    name = factory.Sequence(lambda n: f"第 {n} 社工站")
    region = factory.SubFactory(RegionFactory)
    valid_from_date = date(2020, 1, 1)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"王春梅{chr(0x4E00 + n % 5000)}")
    phone = factory.Sequence(lambda n: f"139{n:08d}")


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    region = factory.SelfAttribute("organisation.region")
    worker = Membership.Worker.VILLAGE_DIRECTOR
    started_date = date(2024, 1, 1)


class RoleGrantFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = RoleGrant.Role.STAFF
    region = factory.SubFactory(RegionFactory)
    from_date = date(2024, 1, 1)
