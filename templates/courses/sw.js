{% load i18n static %}// Keeps lessons that were opened, and what they are drawn with. Never a personal page: lessons are kept as
// impersonal copies that the page itself asks for (static/js/lesson.js), everything else comes from the network.
const FRAME = "frame-3", PATIENCE = 5000, MOST_FILES = 60;
const OFFLINE = { zh: "{% language 'zh-hans' %}{% url 'offline' %}{% endlanguage %}", en: "{% language 'en' %}{% url 'offline' %}{% endlanguage %}" };
const DRAWN_WITH = ["{% static 'css/qingmiao.css' %}", "{% static 'img/seedling.svg' %}", "{% static 'js/outbox.js' %}", "{% static 'js/lesson.js' %}", "{% static 'js/kept.js' %}"];
const LESSON = /^(\/en)?\/courses\/[^/]+\/\d+\/$/, OURS = /^\/static\/(css|img|js)\//, HASHED = /\.[0-9a-f]{12}\.\w+$/;

addEventListener("install", (event) => {
  event.waitUntil(caches.open(FRAME).then((frame) => frame.addAll([...Object.values(OFFLINE), ...DRAWN_WITH])).then(() => skipWaiting()));
});
addEventListener("activate", (event) => event.waitUntil(tidy().then(() => clients.claim())));

// Kept copies name the style they were written with, so files of earlier releases stay for a while.
async function tidy() {
  for (const name of await caches.keys()) if (name.startsWith("frame-") && name !== FRAME) await caches.delete(name);
  const frame = await caches.open(FRAME), all = await frame.keys();
  for (const old of all.slice(0, -MOST_FILES)) await frame.delete(old);
}

addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(navigate(request, url.pathname));
  else if (OURS.test(url.pathname)) event.respondWith(still(request, url.pathname));
});

// The network's answer; the kept one where there is none, where it takes too long, or where the server is ill.
async function freshOr(copy, asked) {
  try {
    if (!copy) return await asked;
    const got = await Promise.race([asked, new Promise((yes) => setTimeout(yes, PATIENCE, copy))]);
    return got.status >= 500 ? copy : got;
  } catch {
    return copy;
  }
}

async function navigate(request, path) {
  const asked = fetch(request);
  asked.catch(() => {}); // answered below; it may fail while the store is still being asked
  const copy = LESSON.test(path) && (await (await caches.open("lessons")).match(path.toLowerCase()));
  return (await freshOr(copy, asked)) || (await caches.match(path.startsWith("/en/") ? OFFLINE.en : OFFLINE.zh)) || Response.error();
}

// Style and script: a name with a hash never changes; any other is asked for first.
async function still(request, path) {
  const frame = await caches.open(FRAME), had = await frame.match(request);
  if (had && HASHED.test(path)) return had;
  const asked = fetch(request).then(async (got) => {
    if (got.ok && !request.headers.has("range")) await frame.put(request, got.clone());
    return got;
  });
  return (await freshOr(had, asked)) || Response.error();
}
