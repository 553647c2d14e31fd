// The outbox: what she did is written to this phone before anything is sent, and leaves it only when the server has
// said what became of it. Facts are absolute and carry their own uuid, so sending twice is harmless.
// It belongs to a person: on a shared phone nobody sends another one's work.

const NAME = "qingmiao", MOST = 50;
const words = document.documentElement.lang === "en"
  ? {
      waiting: (n) => `${n} of your learning records ${n === 1 ? "is" : "are"} still on this phone and will be sent when there is a network.`,
      again: "If you sign out now, they stay on this phone until you sign in here again. Sign out all the same?",
      sure: "Really sign out? On another phone these records will be missing.",
    }
  : {
      waiting: (n) => `还有 ${n} 条学习记录存在这部手机里，联网后自动送出。`,
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
    if (said) localStorage.setItem("owner", said);
    return said || localStorage.getItem("owner") || "";
  } catch {
    return said || "";
  }
}

// Keep one fact: number it, date it, write it. Resolves when it is on the disk.
export function keep(fact) {
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

// Send what is hers. Answers {state: sent | phone | signin | other, refused: [events], at, stored: n}.
let sending = null;
export function flush() {
  sending ??= send().finally(() => { sending = null; });
  return sending;
}

async function send() {
  let stored = 0, at = null;
  const refused = [];
  for (;;) {
    const all = await kept(), me = owner();
    const mine = all.filter((e) => e.owner === me && !e.reason).slice(0, MOST);
    if (!mine.length) {
      return { state: all.some((e) => e.owner !== me) ? "other" : "sent", refused: all.filter((e) => e.owner === me), at, stored };
    }
    let said;
    try {
      const got = await fetch("/api/sync", {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
        body: JSON.stringify({ owner: me, events: mine.map(({ owner, ...event }) => event) }),
        signal: AbortSignal.timeout?.(20000),
      });
      if (got.status === 401) return { state: "signin", refused, at, stored };
      if (got.status === 409) return { state: "other", refused, at, stored };
      if (got.status !== 200) return { state: "phone", refused, at, stored }; // a 500 took nothing: all of it stays
      said = await got.json();
    } catch {
      return { state: "phone", refused, at, stored };
    }
    const results = new Map(said.results.map((r) => [r.uuid, r]));
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
    at = said.at;
    if (!moved) return { state: "phone", refused, at, stored };
  }
}

// A refused fact is tried again as it is, when she asks for it.
export async function again() {
  const all = await kept();
  await write(["events"], async (deed) => {
    for (const { reason, ...event } of all) if (reason) deed.objectStore("events").put(event);
  });
}

async function show() {
  const me = owner(), n = (await kept()).filter((e) => !e.owner || e.owner === me).length;
  for (const note of document.querySelectorAll("[data-outbox]")) {
    note.textContent = n ? words.waiting(n) : "";
    note.hidden = !n;
  }
  return n;
}

async function begin() {
  if (!window.indexedDB) return;
  owner();
  for (const form of document.querySelectorAll("[data-outbox-guard]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await flush();
      const n = await show();
      if (!n || (confirm(`${words.waiting(n)} ${words.again}`) && confirm(words.sure))) form.submit();
    });
  }
  await show();
  if (!document.body.dataset.lesson) { // a lesson sends by itself and shows it in its own place
    await flush();
    await show();
    addEventListener("online", () => flush().then(show));
  }
  if (navigator.serviceWorker) navigator.serviceWorker.register("/sw.js").catch((why) => console.warn("sw", why));
}
begin();
