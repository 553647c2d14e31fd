"""The tests of rights, run against the product without one check at a time.

`python -m tests.proofs.mutants [--sample N] [--seed S]` collects the tests once, runs them once on the whole product
(which must pass) and notes which test runs which function; then forks a child for each check, takes the check out of
the child, and runs the tests that run its function until one fails. A child that passes them all has found a gap.

The full run writes down which test noticed what (noticed.json), and begins with those tests the next time; what they
leave is looked for with all the others. A sample is drawn from what is written down.
"""

import argparse
import json
import os
import random
import signal
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest

from tests.proofs.checks import ROOT, Check, find_checks, remove

RIGHTS = [
    "tests/authz",
    "tests/people/test_roles.py",
    "tests/people/test_second_factor.py",
    "tests/people/test_sign_in.py",
    "tests/reports",
    "tests/people/test_inbox.py",
    "tests/people/test_my_data.py",
    "tests/courses/test_why.py",
    "tests/certificates/test_mine.py",
    "tests/certificates/test_verify.py",
    "tests/certificates/test_designs.py",
    "tests/certificates/test_design_specimens.py",
    "tests/content/test_policies.py",
    "tests/content/test_review.py",
    "tests/courses/test_figures.py",
    "tests/assessments/test_items.py",
    "tests/courses/test_sync.py",
    "tests/courses/test_pages.py",
    "tests/assessments/test_desk.py",
    "tests/assessments/test_journey.py",
    "tests/content/test_pages.py",
    "tests/search/test_search.py",
]
# of the whole address book: minutes for what the others ask in seconds
SLOW = ("unknown_keys", "opens_a_session", "own_token", "without_its_token", "test_closing")
SECONDS = 120
GUARD = "audience.<locals>.decorate.<locals>.guarded"
NOTICED = Path(__file__).with_name("noticed.json")
# what no test can tell apart from the whole, and why
EQUAL = {
    "people/services/sign_in.py use_sign_in_code [filter: user]": "the hash that is compared holds the user's number",
    "assessments/models/attempt.py AttemptQuerySet.of [filter: learner]": "tries are asked for by her enrolment's uuid",
    "courses/selectors.py home [filter: learner]": "tries are asked for by the uuids of her enrolments",
    "assessments/views.py  [audience: signed in]": "Wagtail's own gate stands before it",
    "courses/views/disputes.py  [audience: signed in]": "Wagtail's own gate stands before it",
    "courses/views/figures.py  [audience: signed in]": "Wagtail's own gate stands before it",
    "certificates/views/designs.py  [audience: signed in]": "Wagtail's own gate stands before it",
    "certificates/views/designs.py preview [audience: signed in]": "Wagtail's own gate stands before it",
    "certificates/views/designs.py specimen_pdf [audience: signed in]": "Wagtail's own gate stands before it",
    "courses/views/programme.py  [audience: signed in]": "Wagtail's own gate stands before it",
    "courses/lines.py attempts_at [filter: learner]": "tries are asked for by the uuids of her enrolments",
    "reports/person.py _courses [filter: learner]": "tries are asked for by the uuids of her enrolments",
    "reports/views/roles.py roles [filter: role]": "what she wants to see of what is hers, no check",
    "assessments/views.py try_draft [audience: signed in]": "Wagtail's own gate stands before it",
}


def key_of(check: Check) -> str:
    return f"{check.file} {check.function} [{check.rule}] {check.words}"


class Mutation:
    """The pytest plugin: a run loop that forks."""

    def __init__(self, checks: list[Check], known: dict[str, str]) -> None:
        self.checks, self.known = checks, known
        self.functions = {(str(ROOT / check.file), check.function) for check in checks}
        self.ran: dict[tuple, set] = defaultdict(set)  # from a function, or a guarded view, to the tests that run it
        self.took: dict[object, float] = {}
        self.found: dict[Check, str] = {}
        self.failed: list[str] = []

    def pytest_collection_modifyitems(self, items) -> None:
        items[:] = [
            item
            for item in items
            if not any(slow in item.nodeid for slow in SLOW)
            and not any(item.get_closest_marker(name) for name in ("browser", "servers"))
        ]

    def pytest_runtest_logreport(self, report) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_runtestloop(self, session) -> bool:
        """First the tests that noticed last time; all the others only for what they leave."""
        there = {item.nodeid: item for item in session.items}
        noticed = {check: there[name] for check in self.checks if (name := self.known.get(key_of(check))) in there}
        # one more: the tear-down of a single test has no other to lead to
        first = [i for i in session.items if i in noticed.values() or "lack_of_a_date" in i.name]
        self._run_whole(first)
        for check in [] if self.failed else noticed:
            self._note(check, [noticed[check]])
        left = [check for check in self.checks if not self.found.get(check)]
        if left and not self.failed:
            self._run_whole([item for item in session.items if item not in first])
        for check in [] if self.failed else left:
            self._note(check, self._tests_of(check))
        return True

    def _run_whole(self, items) -> None:
        """This will run the tests on the product as it is, and note which runs what."""
        if not items:
            return
        items[0].session._setupstate.teardown_exact(items[0])
        for number, item in enumerate(items):
            at = time.monotonic()
            sys.setprofile(self._listen(item))
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=items[(number + 1) % len(items)])
            sys.setprofile(None)
            self.took[item] = time.monotonic() - at

    def _note(self, check: Check, chosen: list) -> None:
        self.found[check] = self._try(check, chosen)
        sys.stderr.write(f"{self.found[check] or 'SURVIVES'}  {check}\n")

    def _listen(self, item):
        functions, ran = self.functions, self.ran

        def call(frame, event, argument):
            if event != "call":
                return
            code = frame.f_code
            if code.co_qualname == GUARD:
                ran[id(frame.f_locals["view"])].add(item)
            elif (code.co_filename, code.co_qualname) in functions:
                ran[code.co_filename, code.co_qualname].add(item)

        return call

    def _tests_of(self, check: Check) -> list:
        if check.is_audience:
            module = sys.modules[check.module]
            guarded = getattr(module, check.function or check.words.split(" = ")[0])
            while guarded.__code__.co_qualname != GUARD:
                guarded = guarded.__wrapped__
            view = guarded.__closure__[guarded.__code__.co_freevars.index("view")].cell_contents
            chosen = self.ran[id(view)]
        else:
            chosen = self.ran[str(ROOT / check.file), check.function]
        # the tests of rights first, the quick before the slow
        return sorted(chosen, key=lambda item: ("authz" not in item.nodeid, self.took[item]))

    def _try(self, check: Check, chosen: list) -> str:
        """This will name the test that noticed, or nothing. It must pass in a child from which nothing was taken."""
        noticed = self._in_a_child(chosen, check) if chosen else ""
        control = [item for item in chosen if item.nodeid == noticed]
        if control and (alone := self._in_a_child(control, None)):
            raise RuntimeError(f"{alone} fails in a child by itself")
        return noticed

    def _in_a_child(self, chosen, check: Check | None) -> str:
        """This will give the first of the tests that fails in a child, without the check if one is given."""
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.close(reader)
                signal.alarm(SECONDS)
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                os.dup2(1, 2)
                self.failed.clear()
                if check:
                    remove(check)
                chosen[0].session._setupstate.teardown_exact(chosen[0])
                for number, item in enumerate(chosen):
                    following = chosen[number + 1] if number + 1 < len(chosen) else item
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                    if self.failed:
                        os.write(writer, self.failed[0].encode()[:300])
                        break
                code = 0
            except BaseException as broken:
                os.write(writer, repr(broken).encode())
            finally:
                os._exit(code)
        os.close(writer)
        with os.fdopen(reader, "rb") as said:
            noticed = said.read().decode()
        _pid, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return f"ended by signal {os.WTERMSIG(status)}"  # without the check it does not end, or dies
        if status:
            raise RuntimeError(f"{noticed}: could not take out {check}")
        return noticed


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--sample", type=int, default=0)
    asked.add_argument("--seed", type=int, default=20261125)
    asked.add_argument("--only", default="")
    asked.add_argument("--tests", nargs="*", default=RIGHTS)
    options = asked.parse_args()
    known = json.loads(NOTICED.read_text("utf-8")) if NOTICED.exists() else {}
    checks = [check for check in find_checks() if options.only in str(check)]
    total = len(checks)
    if options.sample:
        # of those that a full run has seen: a new check joins them with the next, which writes noticed.json anew
        checks = [check for check in checks if key_of(check) in known] or checks
        checks = sorted(random.Random(options.seed).sample(checks, min(options.sample, len(checks))), key=str)
    plugin = Mutation(checks, known)
    begun = time.monotonic()
    arguments = [*(str(ROOT / path) for path in options.tests if (ROOT / path).exists()), "-q", "-p", "no:randomly"]
    real = os.dup(1)
    os.dup2(2, 1)  # what pytest says is for the eyes; the line of JSON is for the machine
    code = pytest.main(arguments, plugins=[plugin])
    os.dup2(real, 1)
    if plugin.failed:
        sys.stderr.write(f"the whole product fails already: {plugin.failed[:5]}\n")
        return 2
    survive = [check for check, noticed in plugin.found.items() if not noticed]
    unequal = [check for check in survive if f"{check.file} {check.function} [{check.rule}]" not in EQUAL]
    found = sum(bool(noticed) for noticed in plugin.found.values())
    judged = len(checks) - (len(survive) - len(unequal))
    if len(plugin.found) == total and not options.only:
        written = {key_of(check): noticed for check, noticed in plugin.found.items() if "::" in noticed}
        NOTICED.write_text(json.dumps(written, ensure_ascii=False, indent=0, sort_keys=True) + "\n", "utf-8")
    print(
        json.dumps(
            {
                "figure": "mutants",
                "seed": options.seed,
                "checks": total,
                "written_down": sum(key_of(check) in known for check in find_checks()),
                "tried": len(checks),
                "equal": len(survive) - len(unequal),
                "found": found,
                "ratio": round(found / max(1, judged), 4),
                "survive": [str(check) for check in unequal],
                "tests": len(plugin.took),
                "seconds": round(time.monotonic() - begun),
                "twin": "the same test passes in a child from which nothing was taken",
            },
            ensure_ascii=False,
        )
    )
    return int(code)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    os.chdir(Path(ROOT))
    sys.exit(main())
