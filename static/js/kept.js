// On the page for no network: which lessons are kept on this phone.

const list = document.querySelector("[data-kept-lessons]");
if (window.caches && list) {
  const lessons = await caches.open("lessons");
  for (const request of await lessons.keys()) {
    const html = await (await lessons.match(request)).text();
    const title = new DOMParser().parseFromString(html, "text/html").querySelector("h1")?.textContent;
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = new URL(request.url).pathname;
    link.textContent = title || link.href;
    item.append(link);
    list.append(item);
    list.hidden = document.querySelector("[data-kept]").hidden = false; // said only where it is so
  }
}
