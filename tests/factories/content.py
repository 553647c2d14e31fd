"""The smallest valid words: two home pages, a law with a clause, bytes of pictures."""

from datetime import date
from io import BytesIO

import factory
from PIL import Image

from content.models import Law, LawClause


class LawFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Law

    key = factory.Sequence(lambda n: f"法律{n}")
    title_zh = factory.SelfAttribute("key")
    title_en = factory.Sequence(lambda n: f"Law {n}")
    version_date = date(2024, 4, 26)


class LawClauseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LawClause

    law = factory.SubFactory(LawFactory)
    article = "11"


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **saving) -> bytes:
    """This will draw a small picture."""
    file = BytesIO()
    Image.new("RGB", size, (29, 107, 71)).save(file, kind, **saving)
    return file.getvalue()
