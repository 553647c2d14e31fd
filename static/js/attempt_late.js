// The test is closed, and this phone still holds answers that it could not send in time: they are sent to be kept.
const d = document.getElementById("late").dataset;
const prefix = `try:${d.attempt}:`;
let keys = [];
try {
  keys = Object.keys(localStorage).filter((k) => k.startsWith(prefix));
} catch {
  keys = []; // a browser that forbids storage kept nothing
}
const steps = keys.filter((k) => k[prefix.length] === "s").map((k) => JSON.parse(localStorage.getItem(k)));
if (steps.length) {
  const answer = await fetch(d.steps, {
    method: "POST",
    redirect: "error",
    headers: { "Content-Type": "application/json", "X-CSRFToken": d.token },
    body: JSON.stringify({ device: d.device, language: "zh", steps: steps.slice(0, 50) }),
  });
  if (answer.ok) for (const k of keys) localStorage.removeItem(k);
}
