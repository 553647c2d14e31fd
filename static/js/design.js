// Draws the specimen anew a moment after the last change. Without it two buttons do the same.
const form = document.querySelector(".design-form");
const picture = form?.querySelector("[data-picture]");
const WAIT = 700;

if (picture) {
  const said = form.querySelector("[data-said]");
  const problems = form.querySelector("[data-problems]");
  const covers = form.querySelector("[data-covers]");
  let timer, asking, shown;

  const draw = async () => {
    asking?.abort();
    const mine = (asking = new AbortController());
    const words = new FormData(form);
    words.set("as", "png");
    said.textContent = picture.dataset.drawing;
    picture.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: words, signal: mine.signal });
      if (answer.status === 422) {
        problems.replaceChildren(
          ...(await answer.json()).problems.map((problem) => {
            const item = document.createElement("li");
            item.textContent = problem;
            return item;
          }),
        );
        problems.hidden = false;
        said.textContent = picture.dataset.failed;
      } else if (answer.ok && answer.headers.get("Content-Type") === "image/png") {
        const page = URL.createObjectURL(await answer.blob());
        picture.src = page;
        picture.hidden = false;
        if (shown) URL.revokeObjectURL(shown);
        shown = page;
        problems.hidden = true;
        covers.hidden = !answer.headers.has("X-Seal-Covers");
        said.textContent = picture.dataset.drawn;
      } else {
        throw new Error(String(answer.status));
      }
    } catch (error) {
      if (error.name === "AbortError") return;
      said.textContent = picture.dataset.offline;
    }
    picture.removeAttribute("aria-busy");
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, WAIT);
  });
}
