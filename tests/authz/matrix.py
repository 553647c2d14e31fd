"""Who may do what to whom, written as data. One row a named address and method; deny is the default.

Add rows for your addresses here. A row about one person (`kwargs` given) is asked for every viewer and every relation
of that person to the viewer's county. A row about nobody (a list, a count, one's own page) names in `shows` whose
names its page must show, by viewer; everybody else's must not be there. Full phone numbers and e-mail addresses of
others may appear nowhere unless `reveals` says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.authz.world import RELATIONS, VIEWERS, Person, World

SIGNED_IN = tuple(viewer for viewer in VIEWERS if viewer != "stranger")


@dataclass(frozen=True)
class Row:
    name: str
    method: str = "get"
    # one person: her keys in the address, and which (viewer, relation) get through
    kwargs: Callable[[Person], dict] | None = None
    allow: frozenset[tuple[str, str]] = frozenset()
    # nobody in particular: who gets through, and whose names they then see
    viewers: tuple[str, ...] = ()
    shows: dict[str, frozenset[str]] = field(default_factory=dict)
    nameless: dict[str, frozenset[str]] = field(default_factory=dict)  # by viewer: whose `reveals` it shows, no names
    reveals: frozenset[str] = frozenset()  # canaries of the person that the allowed may read
    data: Callable[[World], dict] = lambda world: {}
    ok: tuple[int, ...] = (200, 302)

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def pairs(viewers, relations) -> frozenset[tuple[str, str]]:
    return frozenset((viewer, relation) for viewer in viewers for relation in relations)


def by_certificate(person: Person) -> dict:
    return {"certificate_uuid": person.keys["certificate"]}


def by_code(person: Person) -> dict:
    return {"code": person.keys["code"]}


ROLE_HOLDERS = frozenset(
    {*RELATIONS, "trainer", "reviewer", "legal", "safeguarding", "staff", "registrar", "seal_keeper"}
)


def by_issuer(person: Person) -> dict:
    return {"code": person.keys["issuer"]}


def by_person(person: Person) -> dict:
    return {"person_uuid": person.user.uuid}


def by_allocation(person: Person) -> dict:
    return {"allocation_uuid": person.keys["allocation"]}


def by_attempt(person: Person) -> dict:
    return {"attempt_uuid": person.keys["attempt"]}


def by_dispute(person: Person) -> dict:
    return {"dispute_uuid": person.keys["dispute"]}


def by_designation(person: Person) -> dict:
    return {"designation_pk": person.keys["designation"]}


def by_cohort(person: Person) -> dict:
    return {"cohort_uuid": person.keys["cohort"]}


def by_member(person: Person) -> dict:
    return by_cohort(person) | {"person_uuid": person.user.uuid}


WITH_REASON = {"reason": "核对", "sure": "yes"}
# who holds the code may know of everybody what it is worth, and nobody's name
EVERYBODY = pairs(VIEWERS, RELATIONS)
# a certificate stays with the county that it was issued in, also after its holder has left
HERS = pairs(["registrar"], ["inside", "former"])
IN_POST = pairs(["registrar"], ["inside"])
CORRECTED = WITH_REASON | {"name": "金更正"}

CERTIFIERS = HERS | pairs(["seal_keeper"], ["inside", "former"]) | pairs(["administrator"], RELATIONS)
# a class stays with its county; somebody of it who has left the county is no longer named
LEADERS = pairs(["trainer", "staff"], ["inside", "former"])
MEMBERS_LEADERS = pairs(["trainer", "staff"], ["inside"])
# as a trainer of her place; where there is none, and for people without a post, as an administrator
ARBITERS = {"trainer": frozenset({"inside"}), "administrator": frozenset(RELATIONS) - {"inside"}}
IN_PLACE = frozenset((viewer, relation) for viewer, relations in ARBITERS.items() for relation in relations)
OFFICERS = pairs(["staff"], ["inside"])
AUTHORS = ("trainer", "reviewer")


def on_paper(world: World) -> dict:
    day = world.today.isoformat()
    return WITH_REASON | {"trained_from_date": day, "trained_to_date": day, "result": "合格"}


def everybody_ticked(world: World) -> dict:
    return {"who": [str(person.user.uuid) for person in world.people.values()]}


def everybody_sent(world: World) -> dict:
    return everybody_ticked(world) | {"sure": "yes"}


ROWS: list[Row] = [
    # people: the slip that a supervisor hands out, within her county and today's memberships only
    Row(
        "issue_slip",
        kwargs=lambda person: {"person_uuid": person.user.uuid},
        allow=pairs(["staff"], ["inside"]),
        reveals=frozenset({"name"}),
    ),
    Row(
        "issue_slip",
        "post",
        kwargs=lambda person: {"person_uuid": person.user.uuid},
        allow=pairs(["staff"], ["inside"]),
        reveals=frozenset({"name"}),
    ),
    # people: one's own page, language, consent, data; never anybody else's
    Row("account", viewers=SIGNED_IN),
    Row("account_data", viewers=SIGNED_IN),
    Row("account_language", "post", viewers=SIGNED_IN, data=lambda world: {"language": "zh-hans"}, ok=(302,)),
    Row("account_reminders", "post", viewers=SIGNED_IN, data=lambda world: {"is_given": "1"}, ok=(302,)),
    # certificates: one's own and no other's; by code for everybody, nameless; the register of the registrar's county
    Row("certificates", viewers=SIGNED_IN),
    *(Row(name, kwargs=by_certificate) for name in ("certificate", "certificate_pdf", "certificate_history")),
    Row("verify_search", viewers=VIEWERS),
    Row("verify", kwargs=by_code, allow=EVERYBODY),
    Row("credential", kwargs=by_code, allow=EVERYBODY),
    Row("reports:register", viewers=("registrar",), shows={"registrar": frozenset({"inside", "former"})}),
    Row("reports:certificate", kwargs=by_certificate, allow=HERS, reveals=frozenset({"name"})),
    Row("reports:revoke", kwargs=by_certificate, allow=HERS, reveals=frozenset({"name"})),
    Row("reports:revoke", "post", kwargs=by_certificate, allow=HERS, data=lambda world: WITH_REASON, ok=(302,)),
    Row("reports:correct", kwargs=by_certificate, allow=HERS, reveals=frozenset({"name"})),
    Row("reports:correct", "post", kwargs=by_certificate, allow=HERS, data=lambda world: CORRECTED, ok=(302,)),
    Row("reports:bundles", viewers=("registrar",)),
    Row("reports:bundles", "post", viewers=("registrar",), ok=(302,)),
    # whom she asks for by name she finds among hers alone: tests/reports/test_by_hand.py tries to leak through it
    Row("reports:by_hand", viewers=("registrar",)),
    Row("reports:by_hand_certify", kwargs=by_allocation, allow=IN_POST, reveals=frozenset({"name"})),
    Row("reports:by_hand_certify", "post", kwargs=by_allocation, allow=IN_POST, data=on_paper, ok=(302,)),
    Row("reports:reinstate", kwargs=by_certificate, allow=HERS, ok=(302,)),  # to the page: nothing to give back
    Row("reports:reinstate", "post", kwargs=by_certificate, allow=HERS, data=lambda world: WITH_REASON, ok=(302,)),
    # the roster: an officer's own places; who has left is no longer hers
    Row("reports:clauses", viewers=("staff",)),
    # nobody here has a course C04, so that the page is not there: tests/reports/test_coverage.py tries to leak through it
    Row("reports:course_trained", kwargs=lambda person: {"code": "c04"}),
    Row("policies", viewers=VIEWERS),
    Row("reports:posts", viewers=("staff",)),
    Row("reports:roster_add", viewers=("staff",)),
    Row("reports:organisations", viewers=("staff",)),
    Row("reports:organisation_add", viewers=("staff",)),
    *(
        Row(
            f"reports:{name}",
            method,
            kwargs=lambda person: {"person_uuid": person.user.uuid},
            allow=pairs(["staff"], ["inside"]),
            reveals=frozenset({"name", "village"}),
            data=lambda world, data=data: data,
            ok=ok,
        )
        for name, method, data, ok in (
            ("person_place", "get", {}, (200,)),
            ("person_place", "post", {"worker": "nobody"}, (422,)),
            ("person_leave", "get", {}, (200,)),
            ("person_leave", "post", {"ended_date": "1999-01-01"}, (422,)),
        )
    ),
    # roles: an administrator's own places, here the nation
    Row("reports:roles", viewers=("administrator",), shows={"administrator": ROLE_HOLDERS}),
    Row("reports:role_grant", viewers=("administrator",)),
    *(
        Row(
            "reports:role_end",
            method,
            kwargs=lambda person: {"grant_pk": person.keys["grant"]},
            allow=pairs(["administrator"], RELATIONS),
            reveals=frozenset({"name"}),
        )
        for method in ("get", "post")
    ),
    # what phones sent and nobody could take: an administrator's own places, here the nation
    Row("reports:quarantined", viewers=("administrator",), shows={"administrator": frozenset(RELATIONS)}),
    *(
        Row(
            f"reports:kept_event{what}",
            method,
            kwargs=lambda person: {"event_uuid": person.keys["kept"]},
            allow=pairs(["administrator"], RELATIONS),
            reveals=frozenset({"name"}),
            data=lambda world: {"reason": "核对"},
            ok=ok,
        )
        for what, method, ok in (
            ("", "get", (200,)),
            ("_replay", "get", (200,)),
            ("_replay", "post", (422,)),
            ("_set_aside", "get", (200,)),
            ("_set_aside", "post", (302,)),
        )
    ),
    # classes: a trainer's and an officer's; whose members are named, tests/reports/test_cohorts.py tries to leak through
    Row("reports:cohorts", viewers=("trainer", "staff")),
    Row("reports:cohort_open", viewers=("trainer", "staff")),
    Row("reports:cohort", kwargs=by_cohort, allow=LEADERS, reveals=frozenset({"name"})),
    Row("reports:cohort_join", kwargs=by_cohort, allow=LEADERS, reveals=frozenset({"name"})),
    Row("reports:cohort_close", kwargs=by_cohort, allow=LEADERS, reveals=frozenset({"name"})),
    Row("reports:cohort_close", "post", kwargs=by_cohort, allow=LEADERS, ok=(302,)),
    Row("reports:cohort_export", "post", kwargs=by_cohort, allow=LEADERS, reveals=frozenset({"name"})),
    Row("reports:cohort_leave", kwargs=by_member, allow=MEMBERS_LEADERS, reveals=frozenset({"name"})),
    Row("reports:cohort_leave", "post", kwargs=by_member, allow=MEMBERS_LEADERS, ok=(302,)),
    # pilots: figures without names; which place is one, an administrator writes down
    Row("reports:pilots", viewers=("staff",)),
    Row("reports:designations", viewers=("administrator",)),
    Row("reports:designate", viewers=("administrator",)),
    *(
        Row("reports:designation_end", method, kwargs=by_designation, allow=pairs(["administrator"], RELATIONS), ok=ok)
        for method, ok in (("get", (200,)), ("post", (422,)))
    ),
    # why she has (not) a certificate: her own and no other's; her officer's is the desk's
    Row("why", kwargs=by_allocation),
    # what she thinks was marked wrong: of her own try
    Row("attempt_dispute", "post", kwargs=by_attempt),
    # when she wants to hear that she may try again: of her own try
    Row("attempt_remind", "post", kwargs=by_attempt),
    # and what is read and answered for her place: her words, not her name
    Row("mark_disputes", viewers=tuple(ARBITERS), nameless=ARBITERS, reveals=frozenset({"dispute"})),
    *(
        Row(name, method, kwargs=by_dispute, allow=IN_PLACE, reveals=frozenset({"dispute"}), ok=ok)
        for name, method, ok in (
            ("mark_dispute", "get", (200,)),
            ("mark_dispute", "post", (422,)),
            ("mark_dispute_void", "get", (200,)),
            ("mark_dispute_void", "post", (422,)),
        )
    ),
    # what learning says about the words: for who writes and reviews them, wherever people are; nobody is named
    Row("figures", viewers=AUTHORS),
    Row("figures_course", kwargs=lambda person: {"code": person.keys["course"]}, allow=pairs(AUTHORS, RELATIONS)),
    Row("figures_quiz", kwargs=lambda person: {"code": person.keys["quiz"]}, allow=pairs(AUTHORS, RELATIONS)),
    # what certificates look like: the registrar's of that place, and whoever administers it
    Row("certificate_designs", viewers=("registrar", "seal_keeper", "administrator")),
    *(
        Row(name, method, kwargs=by_issuer, allow=CERTIFIERS, ok=ok)
        for name, method, ok in (
            ("certificate_design", "get", (200,)),
            # nothing typed, nothing kept; who keeps the seal types no words, and sees them as they are
            ("certificate_design", "post", (200, 422)),
            ("certificate_design_preview", "post", (200, 422)),
        )
    ),
    Row("certificate_design_specimen", kwargs=lambda person: by_issuer(person) | {"number": 1}, allow=CERTIFIERS),
    # her messages, hers alone
    Row("account_messages", viewers=SIGNED_IN),
    Row("account_messages", "post", viewers=SIGNED_IN, ok=(302,)),
    # one learner for her officer: whoever is in post inside, and whoever is still counted there
    Row("reports:person", kwargs=by_person, allow=OFFICERS, reveals=frozenset({"name", "village"})),
    Row(
        "reports:why",
        kwargs=lambda person: by_person(person) | by_allocation(person),
        allow=OFFICERS,
        reveals=frozenset({"name"}),
    ),
    Row("reports:person_name", kwargs=by_person, allow=OFFICERS, reveals=frozenset({"name"})),
    Row(
        "reports:person_name",
        "post",
        kwargs=by_person,
        allow=OFFICERS,
        reveals=frozenset({"name"}),
        data=lambda world: {"name": "王改名", "reason": "身份证上这样写"},
        ok=(302,),
    ),
    Row("reports:assign", "post", kwargs=by_person, allow=OFFICERS, data=lambda world: {"programme": "P-A"}, ok=(302,)),
    # reminding: the list of the officer's own county, and nobody else's people by their keys
    Row("reports:remind", viewers=("staff",), shows={"staff": frozenset({"inside"})}),
    Row("reports:remind", "post", viewers=("staff",), data=everybody_ticked, shows={"staff": frozenset({"inside"})}),
    Row("reports:remind", "post", viewers=("staff",), data=everybody_sent, ok=(302,)),
    # allauth: keys of second factors are one's own
    Row("mfa_remove_webauthn", "post", kwargs=lambda person: {"pk": person.keys["authenticator"]}),
    Row("mfa_edit_webauthn", "post", kwargs=lambda person: {"pk": person.keys["authenticator"]}),
]

KEYED = [row for row in ROWS if row.kwargs is not None]
UNKEYED = [row for row in ROWS if row.kwargs is None]
__all__ = ["KEYED", "RELATIONS", "ROWS", "UNKEYED", "VIEWERS", "Row"]
