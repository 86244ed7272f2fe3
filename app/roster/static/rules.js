// The form of a rule: fields that do not apply are put away, and the preview follows what is entered.
const form = document.querySelector(".rule-form");
const preview = form.querySelector(".rule-preview");
const QUIET = 350;

const value = (name) => new FormData(form).get(name) ?? "";

const settle = () => {
  const when = value("when");
  const sessions = value("sessions").split(" ");
  const who = value("who");
  for (const part of form.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(when);
  for (const part of form.querySelectorAll("[data-unless]")) part.hidden = part.dataset.unless === when;
  for (const part of form.querySelectorAll("[data-session]")) part.hidden = !sessions.includes(part.dataset.session);
  for (const part of form.querySelectorAll("[data-limited]")) part.hidden = part.dataset.limited !== who;
  let before = "first";
  for (const row of form.querySelectorAll(".seat-row")) {
    const chosen = row.querySelector("select[name$='-who']");
    const named = row.querySelector(".seat-leaders");
    if (!chosen || !named) continue;
    named.hidden = chosen.value !== "named";
    if (!named.hidden) named.open = true;
    if (!chosen.name.startsWith("seats-")) continue;
    row.hidden = !before && !chosen.value;
    before = chosen.value;
  }
};

let waiting = 0;
let asked = 0;
const show = async (year) => {
  const number = ++asked;
  const body = new FormData(form);
  if (year) body.set("year", year);
  preview.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.preview, { method: "POST", body });
    if (answer.ok && number === asked) preview.innerHTML = await answer.text();
  } finally {
    if (number === asked) preview.removeAttribute("aria-busy");
  }
};

form.addEventListener("input", (event) => {
  // only coverage by working day usually grows to every day in special protection periods
  if (event.target.name === "when") form.elements.special_days.checked = event.target.value === "working_days";
  settle();
  clearTimeout(waiting);
  waiting = setTimeout(show, QUIET);
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name='year'], button[name='preview']");
  if (!button) return;
  event.preventDefault();
  show(button.name === "year" ? button.value : undefined);
});
settle();
