"""The smallest valid issuer, and a certificate issued the only way there is."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import factory

from certificates.models import Certificate, Issuer
from certificates.services import issue_certificate
from tests.factories.people import RegionFactory, UserFactory

AT = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai


class IssuerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Issuer
        django_get_or_create = ("code",)

    code = "QM"
    name_zh = "共青团青禾县委员会"
    name_en = "Qinghe County Committee of the Youth League"
    phone = "0990-555 0188"
    region = factory.SubFactory(RegionFactory)


class CertificateFactory(factory.django.DjangoModelFactory):
    """`learner`, `region`, `issued_at` and the other words of issue_certificate may be given."""

    class Meta:
        model = Certificate

    learner = factory.SubFactory(UserFactory)
    programme_code = "P1"
    programme_title_zh = "儿童主任上岗必修"
    programme_title_en = "Induction for village child-welfare directors"
    period_uuid = factory.LazyFunction(uuid4)
    hours = Decimal(25)
    trained_from_date = date(2026, 8, 31)
    trained_to_date = date(2026, 11, 27)
    result = "合格"
    issuer = factory.SubFactory(IssuerFactory)
    region = factory.SubFactory(RegionFactory)
    organisation_name = "青禾县民政局"
    valid_until_date = date(2027, 12, 31)
    basis = factory.LazyFunction(dict)
    issued_at = AT

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return issue_certificate(**kwargs)
