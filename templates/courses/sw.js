{% load static %}// Keeps lessons that were opened, and what they are drawn with. Never a personal page: lessons are kept as
// impersonal copies that the page itself asks for (static/js/lesson.js), everything else comes from the network.
const FRAME = "frame-2";
const DRAWN_WITH = ["{% url 'offline' %}", "{% static 'css/qingmiao.css' %}", "{% static 'img/seedling.svg' %}", "{% static 'js/outbox.js' %}", "{% static 'js/lesson.js' %}", "{% static 'js/kept.js' %}"];
const LESSON = /^(\/en)?\/courses\/[^/]+\/\d+\/$/;

addEventListener("install", (event) => {
  event.waitUntil(caches.open(FRAME).then((frame) => frame.addAll(DRAWN_WITH)).then(() => skipWaiting()));
});
addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((n) => n.startsWith("frame-") && n !== FRAME).map((n) => caches.delete(n))))
      .then(() => clients.claim()),
  );
});
addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(navigate(request, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(still(request));
});

// Pages come from the network; where there is none, a lesson's kept copy, else the page that says so.
async function navigate(request, url) {
  try {
    return await fetch(request);
  } catch {
    const lessons = await caches.open("lessons"), frame = await caches.open(FRAME);
    const copy = LESSON.test(url.pathname) && (await lessons.match(url.pathname.toLowerCase()));
    return copy || (await frame.match("{% url 'offline' %}")) || Response.error();
  }
}

// Style and script: the newest where there is a network, the kept one where there is none.
async function still(request) {
  const frame = await caches.open(FRAME);
  try {
    const got = await fetch(request);
    if (got.ok && !request.headers.has("range")) await frame.put(request, got.clone());
    return got;
  } catch {
    return (await frame.match(request)) || Response.error();
  }
}
