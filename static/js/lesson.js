// A lesson: answers to self-checks, the place in the text and 学完 go to the outbox first, then to the server.
// Without this script the page reads the same and its form finishes the lesson.

import { again, flush, keep, kept, owner, ready, watch, within } from "./outbox.js";

const page = document.body.dataset, article = document.querySelector("article");
const counts = !("extra" in page);

function draw(state, at, reason) {
  const note = document.querySelector(`template[data-state="${state}"]`).content.cloneNode(true);
  const time = note.querySelector("[data-time]"), why = note.querySelector("[data-reason]");
  if (time && at) time.textContent = new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
  const door = note.querySelector("[data-signin]");
  if (door) door.setAttribute("href", `${door.getAttribute("href")}?next=${location.pathname}`);
  if (why) why.textContent = ` ${reason}`;
  note.querySelector("[data-again]")?.addEventListener("click", async () => { await again(); await send(); });
  return note;
}

const line = document.querySelector("[data-save]");
const show = (...notes) => line.replaceChildren(...notes);
const bar = document.createElement("div");
document.querySelector(".bar").prepend(bar);

// It is said where her hand is: in the question she answered, above the button she pressed.
const sayIn = (place) => { if (line.parentNode !== place) place.append(line); };

// What she is told comes from the disk and from the server's answer, never from hope. Another tab may have sent it.
let owed = false;
const unsent = async () => (await kept()).some((e) => e.owner === owner() && !e.reason);
async function deliver() {
  if (await unsent()) {
    owed = true;
    show(draw("sending"));
  }
  const sent = await flush();
  if (sent.refused.length) show(draw("refused", null, sent.refused[0].reason));
  else if (sent.state !== "sent") show(draw(sent.state));
  else if (await unsent()) return sent; // written meanwhile: its own turn comes next and says what became of it
  else {
    const notes = owed ? [draw("stored", sent.at)] : [];
    if (sent.others) notes.push(draw("other"));
    if (notes.length) show(...notes);
    owed = false;
  }
  return sent;
}
const send = watch(deliver);

// True once the fact is on the disk of this phone. Only then is anything said to be kept.
async function record(kind, data = {}, uuid) {
  try {
    await keep({ kind, course: page.course, lesson: page.lesson, data, ...(uuid ? { uuid } : {}) });
    return true;
  } catch (why) {
    console.warn("outbox", why);
    show(draw("unsafe"));
    return false;
  }
}

// ---- self-checks: the chosen option's feedback opens beside it; what was answered before is there again

const answers = JSON.parse(article.dataset.kept || "{}");
const checks = [...document.querySelectorAll("form[data-self-check]")].filter((form) => form.dataset.selfCheck);

function reveal(form, chosen) {
  const details = form.querySelector("details");
  if (details) details.open = true;
  form.querySelectorAll("details li").forEach((line, i) => { line.hidden = !chosen.includes(i); });
}

function mark(form, chosen) {
  form.querySelectorAll("input").forEach((input) => { input.checked = chosen.includes(Number(input.value)); });
  reveal(form, chosen);
}

for (const form of checks) {
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", async () => {
    const chosen = [...form.querySelectorAll("input:checked")].map((input) => Number(input.value));
    reveal(form, chosen);
    sayIn(form);
    if (counts && (await record("self_check_answered", { block: form.dataset.selfCheck, chosen }))) send();
  });
}

// ---- the place in the text: the last block that began above the middle of the screen, noted when scrolling rests

const blocks = [...article.querySelectorAll(":scope > [id], :scope > * > [id]")];
let place = article.dataset.place || "", resting;

async function noteThePlace() {
  const read = blocks.filter((block) => block.getBoundingClientRect().top < innerHeight / 2);
  const now = read.length ? read[read.length - 1].id : "";
  if (!now || now === place || now.length > 60) return;
  place = now;
  if (await record("place_reached", { block: now })) send();
}
if (counts) {
  addEventListener("scroll", () => {
    clearTimeout(resting);
    resting = setTimeout(noteThePlace, 4000);
  }, { passive: true });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && resting) noteThePlace(); // the phone is put away before the scrolling rested
  });
}

// She comes back to where she was, unless the address, the browser or she herself has gone somewhere already.
function goToThePlace() {
  const came = performance.getEntriesByType("navigation")[0]?.type;
  const at = blocks.findIndex((block) => block.id === place);
  if (at > 0 && came === "navigate" && !location.hash && !scrollY) blocks[at].scrollIntoView();
}

// ---- 学完，下一课

document.querySelector("[data-finish]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget, button = form.querySelector("button");
  button.setAttribute("aria-busy", "true");
  sayIn(bar);
  const done = await record("lesson_finished", {}, form.elements.event_uuid?.value);
  const sent = done && (await within(6, send())); // a network that hangs is no reason to wait
  button.removeAttribute("aria-busy");
  if (!done) {
    if (!("copy" in page)) form.submit(); // this phone cannot keep it: the plain form still can
  } else if (sent.state === "sent" && !sent.refused.length) location.assign(page.after);
  else if (!sent.refused.length) goOn(form);
});

// kept on the phone: she need not wait for the network to read on
function goOn(form) {
  const link = document.createElement("a");
  link.className = "btn go grow";
  link.href = page.after;
  link.append(...form.querySelector("button").childNodes);
  form.replaceWith(link);
}

// ---- at the start: what is still on the phone is shown as it is, then sent

async function begin() {
  await ready;
  const waiting = (await kept()).filter((e) => e.lesson === page.lesson && e.owner === owner());
  for (const event of waiting) {
    if (event.kind === "self_check_answered") answers[event.data.block] = event.data.chosen;
    if (event.kind === "place_reached") place = event.data.block;
  }
  for (const form of checks) if (answers[form.dataset.selfCheck]) mark(form, answers[form.dataset.selfCheck]);
  const form = document.querySelector("[data-finish]");
  if (form) goToThePlace();
  if (form && waiting.some((e) => e.kind === "lesson_finished" && !e.reason)) {
    sayIn(bar);
    goOn(form);
  }
  if (counts && !("latest" in page)) await record("lesson_opened");
  await send();
  await keepForOffline();
}

// The words of this lesson, without anything personal, where there is no network. After everything else; again when
// the words, the style or the script have changed, for the copy names them.
async function keepForOffline() {
  if (!window.caches || !navigator.serviceWorker || "copy" in page) return;
  const lessons = await caches.open("lessons");
  const key = location.pathname.toLowerCase(); // C04 and c04 are one course
  const version = [page.revision, document.querySelector("link[rel=stylesheet]").href, import.meta.url].join(" ");
  const had = await lessons.match(key);
  if (had?.headers.get("x-kept") === version) return;
  const got = await fetch(`${key}copy/`, { credentials: "same-origin", redirect: "error" });
  if (!got.ok) return;
  const html = await got.text();
  const headers = { "Content-Type": "text/html; charset=utf-8", "x-kept": version };
  await lessons.put(key, new Response(html, { headers }));
}
begin().catch((why) => console.warn("lesson", why)); // no store or no network: the page reads as it is
