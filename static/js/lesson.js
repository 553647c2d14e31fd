// A lesson: answers to self-checks, the place in the text and 学完 go to the outbox first, then to the server.
// Without this script the page reads the same and its form finishes the lesson.

import { again, flush, keep, kept, owner } from "./outbox.js";

const page = document.body.dataset, article = document.querySelector("article");
const counts = !("extra" in page);
let refusedReason = "";

function show(state, at) {
  const template = document.querySelector(`template[data-state="${state}"]`), line = document.querySelector("[data-save]");
  if (!template || !line) return;
  const note = template.content.cloneNode(true);
  const time = note.querySelector("[data-time]"), reason = note.querySelector("[data-reason]");
  if (time) time.textContent = new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
  if (reason) reason.textContent = ` ${refusedReason}`;
  note.querySelector("[data-again]")?.addEventListener("click", async () => { await again(); await send(); });
  line.replaceChildren(note);
}

async function send() {
  if ((await kept()).length) show("sending");
  const sent = await flush();
  if (sent.refused.length) {
    refusedReason = sent.refused[0].reason;
    show("refused");
  } else if (sent.state === "sent") {
    if (sent.stored) show("stored", sent.at);
    else document.querySelector("[data-save]")?.replaceChildren();
  } else show(sent.state);
  return sent;
}

// True once the fact is on the disk of this phone. Only then is anything said to be kept.
async function record(kind, data = {}, uuid) {
  try {
    await keep({ kind, course: page.course, lesson: page.lesson, data, ...(uuid ? { uuid } : {}) });
    return true;
  } catch {
    show("unsafe");
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
    if (counts && (await record("self_check_answered", { block: form.dataset.selfCheck, chosen }))) send();
  });
}

// ---- the place in the text: the last block that began above the middle of the screen, noted when scrolling rests

const blocks = [...article.querySelectorAll(":scope > [id], :scope > * > [id]")];
let place = article.dataset.place || "", resting;

function noteThePlace() {
  const read = blocks.filter((block) => block.getBoundingClientRect().top < innerHeight / 2);
  const now = read.length ? read[read.length - 1].id : "";
  if (!now || now === place || now.length > 60) return;
  place = now;
  record("place_reached", { block: now }).then((done) => done && send());
}
if (counts) {
  addEventListener("scroll", () => {
    clearTimeout(resting);
    resting = setTimeout(noteThePlace, 4000);
  }, { passive: true });
}

// ---- 学完，下一课

document.querySelector("[data-finish]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget, button = form.querySelector("button");
  button.setAttribute("aria-busy", "true");
  if (!(await record("lesson_finished", {}, form.elements.event_uuid?.value))) {
    form.submit(); // this phone cannot keep it: the plain form still can
    return;
  }
  const sent = await send();
  button.removeAttribute("aria-busy");
  if (sent.state === "sent" && !sent.refused.length) location.assign(page.after);
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
  const waiting = (await kept()).filter((e) => e.lesson === page.lesson && e.owner === owner());
  for (const event of waiting) if (event.kind === "self_check_answered") answers[event.data.block] = event.data.chosen;
  for (const form of checks) if (answers[form.dataset.selfCheck]) mark(form, answers[form.dataset.selfCheck]);
  const form = document.querySelector("[data-finish]");
  if (form && waiting.some((e) => e.kind === "lesson_finished" && !e.reason)) goOn(form);
  if (counts && !("latest" in page)) await record("lesson_opened");
  await send();
  addEventListener("online", send);
  setInterval(async () => { if ((await kept()).some((e) => !e.reason)) send(); }, 30000);
  keepForOffline();
}

// The words of this lesson, without anything personal, where there is no network. After everything else.
async function keepForOffline() {
  if (!window.caches || !navigator.serviceWorker || "copy" in page) return;
  const lessons = await caches.open("lessons");
  const key = location.pathname.toLowerCase(); // C04 and c04 are one course
  const had = await lessons.match(key);
  if (had?.headers.get("x-kept") === page.revision) return;
  const got = await fetch(`${key}copy/`, { credentials: "same-origin" });
  if (!got.ok) return;
  const html = await got.text();
  const headers = { "Content-Type": "text/html; charset=utf-8", "x-kept": page.revision };
  await lessons.put(key, new Response(html, { headers }));
}
begin();
