// The print button does what the browser's own menu does; without this script it is not shown.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
