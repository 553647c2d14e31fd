"""What is looked at before the words of a law are published: who a child is, and what its readers still cite."""

from collections import Counter
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from content.checks import Finding, findings_in
from content.citing import citing
from content.models import Law, LawClause
from content.templatetags.law import article_in_words

NAMED = 6  # places that are named in one sentence; the rest are counted


def findings_of_law(law: Law) -> list[Finding]:
    """This will look through a law as it stands in memory, saved or not."""
    clauses = list(law.clauses.all())
    found: list[Finding] = []
    for clause in clauses:
        text = "\n".join((clause.heading_zh, clause.heading_en, clause.gist_zh, clause.gist_en))
        found += findings_in(text, place=article_in_words(clause.article))
    found += twice_in(law)
    found += _registered_twice(law)
    found += _still_cited(law, clauses)
    return found


def twice_in(law: Law) -> list[Finding]:
    """This will find articles that stand in the law twice: what two editors wrote who did not see each other's."""
    times = Counter(clause.article for clause in law.clauses.all())
    mending = _("这一条写了两遍。请重新打开这一页，留下一条。")
    return [Finding("twice", article_in_words(a), f"{n}", mending, True) for a, n in times.items() if n > 1]


def _registered_twice(law: Law) -> Iterator[Finding]:
    others = Law.objects.filter(key=law.key, version_date=law.version_date).exclude(pk=law.pk)
    if others.exists():
        mending = _("这个版本已经登记过了。请改那一份，或者换一个版本日期。")
        yield Finding("twice", _("哪部法律、哪个版本"), f"{law.key} {law.version_date}", mending, True)


def _still_cited(law: Law, clauses: Sequence[LawClause]) -> Iterator[Finding]:
    """A citation names the law, the version and the article: whichever of them changes, it leads nowhere."""
    public = Law.objects.filter(pk=law.pk).first()
    if public is None:
        return
    is_same = (law.key, law.version_date) == (public.key, public.version_date)
    kept = {clause.article for clause in clauses} if is_same else set()
    gone = [clause for clause in LawClause.objects.filter(law=public) if clause.article not in kept]
    cited = citing(gone)
    if not is_same and cited:
        names = list(dict.fromkeys(name for pk in cited for name in cited[pk]))
        mending = _("这个版本还有人引用，简称和版本日期不能改。法律修改了，请登记成新的一份。")
        yield Finding("cited", f"{public.key} {public.version_date}", _listed(names), mending, True)
        return
    for clause in gone:
        if clause.pk in cited:
            mending = _("这一条还有人引用，不能删掉，也不能改条号。请先改引用它的地方。")
            yield Finding("cited", article_in_words(clause.article), _listed(cited[clause.pk]), mending, True)


def _listed(names: list[str]) -> str:
    words = _("、").join(names[:NAMED])
    return words if len(names) <= NAMED else _("%(places)s等 %(n)d 处") % {"places": words, "n": len(names)}
