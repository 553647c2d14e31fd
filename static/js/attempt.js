// A test on a weak network. Every change is a numbered step, kept on the phone before it is sent and until the server
// answers for it. The page says where the answers are, and never says "saved" before the server did.
const form = document.getElementById("paper");
const d = form.dataset;
const $ = (id) => document.getElementById(id);
const prefix = `try:${d.attempt}:`;
const blocks = [...form.querySelectorAll("[data-number]")];
const links = [...document.querySelectorAll(".qs a")];
const words = document.querySelector(".qs").dataset;
const block = (n) => blocks[n - 1];
const of = (step) => blocks.find((b) => b.dataset.uuid === step.question);
let current = blocks.findIndex((b) => !b.hidden) + 1;

// the store: this browser's own, shared by its tabs; where it is forbidden, this page's memory, and the page says so
let lasting = true;
const memory = new Map();
const store = {
  set(k, v) {
    try {
      localStorage.setItem(prefix + k, JSON.stringify(v));
    } catch {
      lasting = false;
      memory.set(k, v);
    }
  },
  get(k) {
    if (memory.has(k)) return memory.get(k);
    try {
      return JSON.parse(localStorage.getItem(prefix + k));
    } catch {
      return null;
    }
  },
  drop(k) {
    memory.delete(k);
    try {
      localStorage.removeItem(prefix + k);
    } catch {
      lasting = false;
    }
  },
  keys() {
    const kept = [...memory.keys()];
    try {
      for (const k of Object.keys(localStorage)) if (k.startsWith(prefix)) kept.push(k.slice(prefix.length));
    } catch {
      lasting = false;
    }
    return kept;
  },
};
const queue = () =>
  store.keys().filter((k) => k[0] === "s").map((k) => store.get(k)).filter(Boolean).sort((a, b) => a.sequence - b.sequence);

// what she sees
function show(state, reason) {
  for (const el of document.querySelectorAll("[data-save]")) el.hidden = el.dataset.save !== state;
  $("refused").hidden = !reason;
  if (reason) $("refused").querySelector("p").textContent = reason;
}
const unsent = () => show(lasting ? "phone" : "page");

function answerOf(b) {
  if (b.dataset.kind !== "ordering") return [...b.querySelectorAll(".pick :checked")].map((i) => i.value);
  const places = [...b.querySelectorAll("select")];
  const answer = places.map((_, i) => places.find((s) => s.value === String(i + 1))?.dataset.option ?? null);
  while (answer.length && answer.at(-1) === null) answer.pop();
  return answer;
}
const isAnswered = (b) => {
  const a = answerOf(b).filter(Boolean);
  return b.dataset.kind === "ordering" ? a.length === b.querySelectorAll("select").length : a.length > 0;
};
const isFlagged = (b) => b.querySelector("[name^=flag]").checked;

function put(b, answer, flag) {
  for (const i of b.querySelectorAll(".pick input")) i.checked = answer.includes(i.value);
  for (const s of b.querySelectorAll("select")) s.value = answer.indexOf(s.dataset.option) + 1 || "";
  b.querySelector("[name^=flag]").checked = flag;
}

function fill(el, numbers) {
  el.hidden = !numbers.length;
  el.textContent = el.dataset.words.replace("{n}", numbers.length).replace("{list}", numbers.join($("doubts").dataset.comma));
}

function draw() {
  blocks.forEach((b, i) => {
    b.hidden = i + 1 !== current;
    const [done, flag] = [isAnswered(b), isFlagged(b)];
    links[i].className = (done ? "done " : "") + (flag ? "flag" : "");
    links[i].querySelector(".vh").textContent = (done ? words.done : words.open) + (flag ? words.flag : "");
    if (i + 1 === current) links[i].setAttribute("aria-current", "true");
    else links[i].removeAttribute("aria-current");
  });
  $("title").textContent = block(current).dataset.title;
  $("answered").value = blocks.filter(isAnswered).length;
  form.elements.q.value = current;
  const numbers = (test) => blocks.filter(test).map((b) => b.dataset.number);
  const gaps = numbers((b) => !isAnswered(b));
  fill($("gaps"), gaps);
  fill($("doubts"), numbers(isFlagged));
  $("back").classList.toggle("go", gaps.length > 0);
  $("give").classList.toggle("go", !gaps.length);
  $("back").href = `?q=${gaps[0] || current}`;
}

function go(n, remember = true) {
  current = Math.min(Math.max(n, 1), blocks.length);
  $("hand-in").close();
  if (remember) history.pushState(null, "", `?q=${current}`);
  draw();
  scrollTo(0, 0);
}

// sending
async function post(url, body) {
  const token = document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), 15000);
  try {
    const answer = await fetch(url, {
      method: "POST",
      redirect: "manual",
      keepalive: true,
      signal: stop.signal,
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ device: d.device, language: d.language, ...body }),
    });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return { login: true };
    if (answer.status >= 500 || answer.status === 429) return null;
    return { ok: answer.ok, ...(await answer.json().catch(() => ({}))) };
  } catch {
    return null;
  } finally {
    clearTimeout(clock);
  }
}

let busy = false;
let wait = 2000;
let timer;
function later() {
  clearTimeout(timer);
  timer = setTimeout(flush, wait);
  wait = Math.min(wait * 2, 30000);
}

async function flush() {
  if (busy) return;
  busy = true;
  clearTimeout(timer);
  const done = store.get("h") ? await handIn() : await sendSteps();
  busy = false;
  if (!done) later();
  else {
    wait = 2000;
    if (queue().length || store.get("h")) flush(); // she may have handed in while the last answer was on its way
  }
}

async function sendSteps() {
  const steps = queue().slice(0, 50);
  if (steps.length) show("busy");
  const got = await post(d.steps, { steps });
  if (got?.login) return show("login");
  if (!got?.ok) return steps.length ? unsent() : true;
  let reason = "";
  for (const r of got.steps) {
    const step = store.get(`s${r.sequence}`);
    store.drop(`s${r.sequence}`);
    const b = step && of(step);
    if (r.status === "taken" && b) keep({ ...step, sequence: Math.max(r.next, next()), answer: answerOf(b), flag: isFlagged(b) });
    if (r.status === "rejected") reason = r.reason;
  }
  left = performance.now() / 1000 + got.seconds_left;
  if (got.state !== "open") return leave();
  if (!got.held_here) return location.reload();
  if (steps.length) $("saved-at").textContent = got.saved_at;
  if (reason) show("refused", reason);
  else if (steps.length && !queue().length) show("ok");
  return true;
}

async function handIn() {
  show("busy");
  const answers = {};
  for (const b of blocks) if (answerOf(b).length || queue().some((s) => s.question === b.dataset.uuid)) answers[b.dataset.uuid] = answerOf(b);
  const got = await post(d.submit, { answers });
  if (got?.ok && got.state === "open") {
    store.drop("h");
    return location.reload();
  }
  if (got?.ok) return leave();
  if (got?.reason) {
    store.drop("h");
    show("refused", got.reason);
    $("hand-in").close();
    return true;
  }
  $("kept").hidden = false;
  if (got?.login) show("login");
  else unsent();
}

function leave() {
  for (const k of store.keys()) store.drop(k);
  location.replace(d.result);
  return true;
}

const next = () => Math.max(store.get("n") ?? 0, Number(d.last)) + 1;
function keep(step) {
  store.set("n", step.sequence);
  store.set("o", d.owner); // on a shared phone only she is warned of it (outbox.js)
  store.set(`s${step.sequence}`, step);
}

// her hands
form.addEventListener("change", (event) => {
  const b = event.target.closest("[data-number]");
  if (event.target.matches("select")) {
    // a place holds one step: whoever stood there goes where this one came from
    for (const s of b.querySelectorAll("select"))
      if (s !== event.target && s.value && s.value === event.target.value) s.value = event.target.dataset.before ?? "";
    for (const s of b.querySelectorAll("select")) s.dataset.before = s.value;
  }
  keep({ sequence: next(), question: b.dataset.uuid, answer: answerOf(b), flag: isFlagged(b), client_at: new Date().toISOString() });
  draw();
  show("busy");
  flush();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const where = event.submitter?.value;
  if (where === "hand_in") {
    store.set("h", 1);
    flush();
  } else if (where === "check" || (where !== "back" && current === blocks.length)) $("hand-in").showModal();
  else go(current + (where === "back" ? -1 : 1));
});
links.forEach((a, i) =>
  a.addEventListener("click", (event) => {
    event.preventDefault();
    go(i + 1);
  }),
);
$("back").addEventListener("click", (event) => {
  event.preventDefault();
  go(Number(new URL($("back").href).searchParams.get("q")));
});
addEventListener("popstate", () => go(Number(new URLSearchParams(location.search).get("q") || current), false));
addEventListener("pageshow", (event) => event.persisted && location.reload()); // a page from before the hand-in
addEventListener("online", flush);
addEventListener("storage", (event) => {
  // another tab of this phone answered: show it here too, so that no stale answer is handed in
  const step = event.key?.startsWith(`${prefix}s`) && event.newValue && JSON.parse(event.newValue);
  const b = step && of(step);
  if (b) put(b, step.answer, step.flag), draw();
});
document.addEventListener("visibilitychange", () => document.hidden || flush());

// the server's time, counted down on a clock that nobody can set
let left = performance.now() / 1000 + Number(d.left);
let rang = false;
function tick() {
  const s = Math.max(0, Math.round(left - performance.now() / 1000));
  $("left").textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  if (s || rang) return;
  rang = true;
  store.set("h", 1);
  flush();
}
tick();
setInterval(tick, 1000);

// what an earlier visit could not send
for (const s of form.querySelectorAll("select")) s.dataset.before = s.value;
for (const step of queue()) {
  const b = of(step);
  if (b) put(b, step.answer, step.flag);
}
draw();
if (location.hash === "#hand-in") $("hand-in").showModal();
if (queue().length || store.get("h")) flush();
