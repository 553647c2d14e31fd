// The outbox: what she did is written to this phone before anything is sent, and leaves it only when the server has
// said what became of it. Facts are absolute and carry their own uuid, so sending twice is harmless.
// It belongs to a person: on a shared phone nobody sends another one's work.

const NAME = "qingmiao", MOST = 50;
const words = document.documentElement.lang === "en"
  ? {
      waiting: (n) => `${n} of your learning records ${n === 1 ? "is" : "are"} still on this phone and will be sent when there is a network.`,
      tries: (n) => `${n} of your test answers ${n === 1 ? "is" : "are"} still on this phone: open that test and they will be sent.`,
      again: "If you sign out now, they stay on this phone until you sign in here again. Sign out all the same?",
      sure: "Really sign out? On another phone these records will be missing.",
    }
  : {
      waiting: (n) => `还有 ${n} 条学习记录存在这部手机里，联网后自动送出。`,
      tries: (n) => `还有 ${n} 个测试答案存在这部手机里，打开那份测试就会送出。`,
      again: "现在退出，它们会留在这部手机里，等您再登录才送出。还要退出吗？",
      sure: "真的退出吗？换一部手机就看不到这些记录了。",
    };

let opening;
function open() {
  opening ??= new Promise((yes, no) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("events", { keyPath: "uuid" });
      asked.result.createObjectStore("meta");
    };
    asked.onsuccess = () => yes(asked.result);
    asked.onerror = () => no(asked.error);
  });
  return opening;
}

const answer = (asked) => new Promise((yes, no) => {
  asked.onsuccess = () => yes(asked.result);
  asked.onerror = () => no(asked.error);
});

async function write(stores, work) {
  const base = await open();
  const deed = base.transaction(stores, "readwrite", { durability: "strict" });
  const done = new Promise((yes, no) => {
    deed.oncomplete = yes;
    deed.onerror = deed.onabort = () => no(deed.error);
  });
  const result = await work(deed);
  await done; // on the disk, or it was not kept
  return result;
}

// crypto.randomUUID is missing where the address is not https (a demo on the LAN)
export function newUuid() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const h = [...b].map((n) => n.toString(16).padStart(2, "0")).join("");
  return [h.slice(0, 8), h.slice(8, 12), h.slice(12, 16), h.slice(16, 20), h.slice(20)].join("-");
}

// Whose phone it is now: a page from the server says it, a kept page asks what was said last. A random id, no name.
export function owner() {
  const said = document.body.dataset.owner;
  try {
    return said ?? localStorage.getItem("owner") ?? "";
  } catch {
    return said ?? ""; // a browser that forbids storage: only the page itself knows
  }
}

// The lessons kept for reading go with whoever read them: when she signs out, and when another person comes.
async function handOver(to) {
  try {
    const from = localStorage.getItem("owner") ?? "";
    if (from === to) return;
    localStorage.setItem("owner", to);
    if (from && window.caches) await caches.delete("lessons");
  } catch (why) {
    console.warn("outbox", why); // a browser that forbids storage holds nothing to hand over
  }
}

// Keep one fact: number it, date it, write it. Resolves when it is on the disk.
export function keep(fact) {
  if (!owner()) return Promise.reject(new Error("nobody is known on this phone"));
  return write(["events", "meta"], async (deed) => {
    const meta = deed.objectStore("meta");
    const device = (await answer(meta.get("device"))) || newUuid();
    const sequence = ((await answer(meta.get("sequence"))) || 0) + 1;
    meta.put(device, "device");
    meta.put(sequence, "sequence");
    const event = { uuid: newUuid(), ...fact, owner: owner(), device, sequence, client_at: new Date().toISOString() };
    deed.objectStore("events").put(event);
    return event;
  });
}

export async function kept() {
  const base = await open();
  const all = await answer(base.transaction("events").objectStore("events").getAll());
  return all.sort((a, b) => a.sequence - b.sequence);
}

const cookie = (name) => document.cookie.split("; ").find((c) => c.startsWith(name + "="))?.slice(name.length + 1) || "";

// Send what is hers. Answers {state: sent | phone | signin | other, refused: [events], at, stored: n, others: n}.
// One tab at a time where the browser can tell; where it cannot, the server takes each uuid once.
// Who asks while one is under way gets the next: that one may have looked into the store before her fact was there.
let sending = null, next = null;
export function flush() {
  if (sending) return next ??= sending.catch(() => {}).then(() => { next = null; return flush(); });
  sending = (navigator.locks ? navigator.locks.request("outbox", send) : send()).finally(() => { sending = null; });
  return sending;
}

async function send() {
  let stored = 0, at = null;
  for (;;) {
    const all = await kept(), me = owner(), hers = all.filter((e) => e.owner === me);
    const end = (state) => ({ state, refused: hers.filter((e) => e.reason), at, stored, others: all.length - hers.length });
    const mine = hers.filter((e) => !e.reason).slice(0, MOST);
    if (!mine.length) return end("sent");
    let results;
    const stop = new AbortController(), clock = setTimeout(() => stop.abort(), 20000);
    try {
      const got = await fetch("/api/sync", {
        method: "POST",
        credentials: "same-origin",
        redirect: "error", // whatever leads elsewhere (a hotspot's own page) is not the server's answer
        headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
        body: JSON.stringify({ owner: me, events: mine.map(({ owner, ...event }) => event) }),
        signal: stop.signal,
      });
      if (got.status === 401) return end("signin");
      if (got.status === 409) return end("other");
      if (got.status !== 200) return end("phone"); // a 500 took nothing: all of it stays
      const said = await got.json();
      results = new Map(said.results.map((r) => [r.uuid, r]));
      at = said.at;
    } catch {
      return end("phone"); // no answer, or none of ours
    } finally {
      clearTimeout(clock);
    }
    let moved = 0;
    await write(["events"], async (deed) => {
      const events = deed.objectStore("events");
      for (const event of mine) {
        const result = results.get(event.uuid);
        if (result?.status === "stored" || result?.status === "duplicate") {
          events.delete(event.uuid);
          moved++, stored++;
        } else if (result?.status === "rejected") {
          events.put({ ...event, reason: result.reason || "?" });
          moved++;
        } // retry, or no answer at all: it stays as it is
      }
    });
    if (!moved) return end("phone");
  }
}

// Whenever there may be a network again: the phone says so, she comes back to the page, or a clock that grows patient.
export function watch(turn) {
  let wait = 2000, clock;
  const go = async () => {
    clearTimeout(clock);
    const sent = await turn();
    wait = sent.state === "phone" ? Math.min(wait * 2, 60000) : 2000;
    clearTimeout(clock);
    if (sent.state === "phone") clock = setTimeout(go, wait * (0.5 + Math.random() / 2));
    return sent;
  };
  addEventListener("online", go);
  document.addEventListener("visibilitychange", () => document.hidden || go());
  return go;
}

export const within = (seconds, promise) =>
  Promise.race([promise, new Promise((yes) => setTimeout(yes, seconds * 1000, { state: "phone", refused: [] }))]);

// A refused fact is tried again as it is, when she asks for it.
export async function again() {
  const me = owner(), all = await kept();
  await write(["events"], async (deed) => {
    for (const { reason, ...event } of all) if (reason && event.owner === me) deed.objectStore("events").put(event);
  });
}

// Answers of a test wait elsewhere (attempt.js): that page alone can send them, so here they are only counted.
function tries(me) {
  const whose = (key) => localStorage.getItem(key.replace(/:s\d+$/, ":o"));
  return Object.keys(localStorage).filter((key) => /^try:.+:s\d+$/.test(key) && whose(key) === JSON.stringify(me)).length;
}

// What she would leave behind, in words; nothing where all of it has arrived.
async function show() {
  const me = owner(), facts = (await kept()).filter((e) => e.owner === me).length, answers = tries(me);
  const said = [facts && words.waiting(facts), answers && words.tries(answers)].filter(Boolean).join(" ");
  for (const note of document.querySelectorAll("[data-outbox]")) {
    note.textContent = said;
    note.hidden = !said;
  }
  return said;
}

async function guard(event) {
  event.preventDefault();
  const form = event.currentTarget, button = form.querySelector("button");
  button.setAttribute("aria-busy", "true");
  let unsent = "";
  try {
    await within(5, flush());
    unsent = await show();
  } catch (why) {
    console.warn("outbox", why); // a phone that keeps nothing has nothing to warn of
  }
  button.removeAttribute("aria-busy");
  if (unsent && !(confirm(`${unsent} ${words.again}`) && confirm(words.sure))) return;
  await handOver("");
  form.submit();
}

async function begin() {
  for (const form of document.querySelectorAll("[data-outbox-guard]")) form.addEventListener("submit", guard);
  const said = document.body.dataset.owner;
  if (said) await handOver(said);
  if (navigator.serviceWorker) navigator.serviceWorker.register("/sw.js").catch((why) => console.warn("sw", why));
  if (document.body.dataset.lesson) return; // a lesson sends by itself and shows it in its own place
  await show();
  await watch(async () => {
    const sent = await flush();
    await show();
    return sent;
  })();
}
export const ready = begin().catch((why) => console.warn("outbox", why));
