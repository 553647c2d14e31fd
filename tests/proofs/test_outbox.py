"""Seeded schedules of faults: what a learner does on a bad phone is stored once, or still on it and shown so.

Each schedule is one learner with one phone (a browser context), who answers, finishes and goes on while the network is
away, slow, lossy (requests lost, answers lost, errors of the server, a hotspot's own page), her tab is killed, her
sign-in runs out, the phone's clock is a day off, and a second tab is open. What she did is what the phone has numbered: 1, 2, 3…,
each number in one transaction with its fact; on the server each must be there, once.
"""

import itertools
import json
import random
import shutil
import time
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Error as BrowserError

from tests.browser import Site, sign_in
from tests.proofs.conftest import FULL
from tests.servers.chromium import PHONE, chromium
from tests.servers.installation import install

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="apt-get install chromium"),
]
SEED = 20261125
SCHEDULES, TWIN_SCHEDULES = (200, 20) if FULL else (12, 6)
DAY = 86_400_000
WATCH = """
try {
  const skew = Number(localStorage.getItem("proof-skew") || 0), Real = Date;
  if (skew) window.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + skew); }
    static now() { return Real.now() + skew; }
  };
} catch { /* a page without storage */ }
"""
# how many facts the phone has ever numbered (each in the same transaction as the fact), and which are still on it
HELD = """async () => {
  const base = await new Promise(yes => { const r = indexedDB.open("qingmiao", 1); r.onsuccess = () => yes(r.result); });
  if (!base.objectStoreNames.contains("events")) { base.close(); return {made: 0, kept: []}; }
  const deed = base.transaction(["events", "meta"]);
  const ask = (r) => new Promise(yes => { r.onsuccess = () => yes(r.result); });
  const [events, made] = await Promise.all(
    [ask(deed.objectStore("events").getAll()), ask(deed.objectStore("meta").get("sequence"))]);
  base.close();
  return {made: made || 0, kept: events.map(e => e.sequence)};
}"""
SOURCE = (Path(settings.BASE_DIR) / "static/js/outbox.js").read_text("utf-8")
HONEST = 'if (got.status !== 200) return end("phone");'
TRUSTING = """if (got.status >= 500) {
        await write(["events"], async (deed) => { for (const e of mine) deed.objectStore("events").delete(e.uuid); });
        return end("sent");
      }
      if (got.status !== 200) return end("phone");"""
STEPS = ("answer", "answer", "answer", "answer", "answer", "finish", "next", "offline", "online", "slow", "lossy", "sound", "kill", "expire",
         "sign in", "clock", "second tab", "other tab", "wait")  # fmt: skip


class Phone:
    """One learner's phone and its network."""

    def __init__(self, browser, site: Site, learner: dict, chance: random.Random, is_twin: bool) -> None:
        self.site, self.learner, self.chance, self.is_twin = site, learner, chance, is_twin
        self.network, self.is_signed_in, self.is_offline, self.steps = "sound", True, False, []
        self.context = browser.new_context(**PHONE, service_workers="block")
        self.context.add_init_script(WATCH)
        self.context.route("**/api/sync", self._carry)
        if is_twin:
            body = SOURCE.replace(HONEST, TRUSTING)
            self.context.route(
                "**/static/js/outbox.js*", lambda route: route.fulfill(body=body, content_type="text/javascript")
            )
        sign_in(self.context, site, learner["cookie"])
        self.number, self.tabs = 1, []
        # looks into the phone's store: a page of the site without a script of ours, wherever the others have gone
        self.reader = self.context.new_page()
        self.reader.goto(f"{site.address}/static/js/kept.js")
        self.open()

    def _carry(self, route) -> None:
        fate = self.network if self.network != "lossy" else self._lot()
        try:
            if fate == "slow":
                time.sleep(0.4)  # of this process: the phone waits
            if fate in ("sound", "slow"):
                route.continue_()
            elif fate == "request lost":
                route.abort()
            elif fate == "answer lost":
                route.fetch()
                route.abort()
            elif fate == "hotspot":
                route.fulfill(status=200, content_type="text/html", body="<p>请登录无线网</p>")
            else:
                route.fulfill(status=int(fate), body="broken")
        except BrowserError:
            pass  # the tab was killed meanwhile: nobody waits for it

    def _lot(self) -> str:
        if self.chance.random() < 0.55:
            return "sound"
        if self.is_twin:
            return "500"
        return self.chance.choice(["request lost", "answer lost", "answer lost", "500", "502", "hotspot"])

    def open(self) -> None:
        self.tabs.append(self.context.new_page())
        self.visit()

    def visit(self) -> None:
        """Goes to the lesson. 学完 may lead somewhere at the same moment: then once more."""
        for _try in range(3):
            try:
                self.page.goto(f"{self.site.address}/courses/c04/{self.number}/", wait_until="load")
            except BrowserError as broken:
                if "ERR_ABORTED" not in str(broken) and "interrupted" not in str(broken):
                    raise
                self.page.wait_for_timeout(300)
            else:
                return

    @property
    def page(self):
        return self.tabs[-1]

    def do(self, step: str) -> None:
        self.steps.append(step)
        getattr(self, "_" + step.replace(" ", "_"))()

    def _answer(self) -> None:
        picks = self.page.locator("label.pick")
        if picks.count():
            picks.nth(self.chance.randrange(picks.count())).click()
            self.page.wait_for_timeout(self.chance.choice([0, 30, 250]))

    def _finish(self) -> None:
        button = self.page.locator("[data-finish] button")
        if button.count():
            button.click()
            self.page.wait_for_timeout(self.chance.choice([0, 50, 600]))

    def _next(self) -> None:
        if not self.is_offline and self.is_signed_in:
            finished = sum(kind == "lesson_finished" for _sequence, kind in self.rows())
            self.number = self.chance.randint(1, min(3, finished + 1))
            self.visit()

    def _offline(self) -> None:
        self.is_offline = True
        self.context.set_offline(True)

    def _online(self) -> None:
        self.is_offline = False
        self.context.set_offline(False)

    def _slow(self) -> None:
        self.network = "slow"

    def _lossy(self) -> None:
        self.network = "lossy"

    def _sound(self) -> None:
        self.network = "sound"

    def _kill(self) -> None:
        """The tab is gone at any moment; she opens another when she can."""
        if self.is_offline or not self.is_signed_in:
            return  # nothing could be opened again: the lesson's own tests do that, with its worker
        self.tabs.pop().close(run_before_unload=False)
        if not self.tabs:
            self.open()

    def _expire(self) -> None:
        self.is_signed_in = False
        self.context.clear_cookies(name="sessionid")

    def _sign_in(self) -> None:
        self.is_signed_in = True
        sign_in(self.context, self.site, self.learner["cookie"])

    def _clock(self) -> None:
        skew = self.chance.choice([-DAY, 0, DAY])
        self.reader.evaluate("skew => localStorage.setItem('proof-skew', skew)", skew)
        if not self.is_offline and self.is_signed_in:
            self.visit()  # the page begins with the new clock

    def _second_tab(self) -> None:
        if len(self.tabs) < 2 and not self.is_offline and self.is_signed_in:
            self.open()

    def _other_tab(self) -> None:
        self.tabs.reverse()
        self.page.bring_to_front()

    def _wait(self) -> None:
        self.page.wait_for_timeout(self.chance.choice([100, 700, 2200]))

    # ---- what there is

    def held(self) -> tuple[int, set[int]]:
        """How many facts there are, and which of them are still here."""
        found = self.reader.evaluate(HELD)
        return found["made"], set(found["kept"])

    def rows(self) -> list[tuple[int, str]]:
        return self.site.ask(
            "SELECT v.sequence, v.kind FROM courses_learningevent v JOIN courses_enrolment e ON e.id = v.enrolment_id "
            f"WHERE e.learner_id = {self.learner['id']} AND v.device != ''"
        )

    def refused(self) -> int:
        """What the server refused with a reason, and keeps whole."""
        return self.site.ask(f"SELECT count(*) FROM courses_quarantinedevent WHERE learner_id = {self.learner['id']}")[
            0
        ][0]

    def says(self) -> list[str]:
        """What each open tab of the site says of her records; a tab of the browser's own says there is no network."""
        return [
            page.evaluate(
                "() => [...document.querySelectorAll('[data-save], [data-outbox]:not([hidden])')]"
                ".map(note => note.textContent.trim()).join(' ')"
            )
            if page.url.startswith(self.site.address)
            else "no network"
            for page in self.tabs
        ]


def schedule(browser, site, learner, seed: str, is_twin: bool) -> dict:
    """This will play one and give what was lost, doubled, or on the phone and not said to be."""
    chance = random.Random(seed)
    phone = Phone(browser, site, learner, chance, is_twin)
    try:
        for step in ("lossy", "answer", "answer") if is_twin else ():
            phone.do(step)
        for step in chance.choices(STEPS, k=chance.randint(9, 16)):
            phone.do(step)
        phone.do("answer")
        hidden = []
        until = time.monotonic() + 8
        while True:  # sending takes its time; what is said then must be so
            (made, kept), said = phone.held(), phone.says()
            # where she did it, it is said; a tab that did nothing since may still say what was so
            if not kept or any(words and "已保存" not in words for words in said):
                break
            if time.monotonic() > until:
                hidden = [f"{len(kept)} on the phone, and the tabs say {said!r}"]
                break
            phone.page.wait_for_timeout(150)
        # read from the phone first: what leaves it in between is on the server by then
        at_the_worst = set(range(1, made + 1)) - kept - {sequence for sequence, _kind in phone.rows()}
        phone.number = 1  # open to her whatever has become of the others
        for step in ("sound", "online", "sign in"):
            phone.do(step)
        for page in phone.tabs[:-1]:
            page.close()
        phone.visit()
        until = time.monotonic() + 15
        while (found := phone.held())[1] and time.monotonic() < until:
            phone.page.wait_for_timeout(100)
        made, left = found
        stored = [sequence for sequence, _kind in phone.rows()]
        missing = set(range(1, made + 1)) - set(stored) - left
        return {
            "seed": seed,
            "steps": phone.steps,
            "made": made,
            "lost": max(len(at_the_worst | missing) - phone.refused(), 0),
            "doubled": len(stored) - len(set(stored)) + len([n for n in stored if n > made]),
            "left": max(len(left) - phone.refused(), 0),
            "hidden": hidden,
        }
    finally:
        phone.context.close()


@pytest.fixture(scope="module")
def site(migrated_template, tmp_path_factory):
    installation = install(migrated_template, tmp_path_factory.mktemp("outbox"))
    site = Site(installation)
    site.people = json.loads(
        installation.run("-m", "tests.proofs.outbox_world", str(SCHEDULES + TWIN_SCHEDULES)).splitlines()[-1]
    )
    site.unused = iter(site.people)
    site.live()
    try:
        yield site
    finally:
        site.die()


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


def test_nothing_is_lost_or_doubled_over_seeded_schedules(site, browser, say):
    played = [
        schedule(browser, site, learner, f"{SEED}/{number}", is_twin=False)
        for number, learner in enumerate(itertools.islice(site.unused, SCHEDULES))
    ]
    wrong = [one for one in played if one["lost"] or one["doubled"] or one["hidden"] or one["left"]]
    say(
        "outbox",
        seed=SEED,
        schedules=len(played),
        steps=sum(len(one["steps"]) for one in played),
        events=sum(one["made"] for one in played),
        lost=sum(one["lost"] for one in played),
        doubled=sum(one["doubled"] for one in played),
        not_shown=sum(len(one["hidden"]) for one in played),
    )

    assert wrong == [], "\n".join(map(str, wrong))
    assert sum(one["made"] for one in played) >= 3 * SCHEDULES


def test_twin_an_outbox_that_takes_an_error_for_stored_loses(site, browser, say):
    assert SOURCE.count(HONEST) == 1
    played = [
        schedule(browser, site, learner, f"twin {SEED}/{number}", is_twin=True)
        for number, learner in enumerate(itertools.islice(site.unused, TWIN_SCHEDULES))
    ]
    lost = sum(one["lost"] for one in played)
    say("outbox", twin=f"{lost} events lost in {len(played)} schedules where a 500 counts as stored")

    assert lost > 0
