// The draft grid with mouse and keyboard. The server decides everything: a change is posted, and the new workspace
// comes back as a whole. Without this script every duty is a link to its page with a plain form.
import { keyboard } from "./grid-keys.js";
import { pointer } from "./grid-pointer.js";
import { Carried } from "./grid-carried.js";

const workspace = document.getElementById("workspace");
const seatDialog = document.getElementById("seat-dialog");
const helpDialog = document.getElementById("help-dialog");

const page = {
  workspace,
  editable: workspace.dataset.editable === "yes",
  carried: null,
  words: workspace.dataset,

  grid: () => workspace.querySelector("table[role=grid]"),
  duty: (id) => document.getElementById(id),
  query: () => new URLSearchParams(location.search),
  month: () => workspace.querySelector(".month-strip [data-month][aria-current]")?.dataset.month ?? "",
  version: () => workspace.querySelector("[name=version]")?.value ?? "",
  token: () => workspace.querySelector("[name=csrf_token]")?.value ?? "",

  say(sentence, bad = false) {
    const line = document.getElementById("grid-status");
    if (!line) return;
    line.textContent = sentence;
    line.classList.toggle("bad", bad);
  },

  state(kind, sentence) {
    const mark = document.getElementById("save-state");
    if (!mark) return;
    mark.className = `save-state ${kind}`;
    mark.textContent = sentence;
    if (kind === "bad") {
      const link = document.createElement("a");
      link.href = location.href;
      link.textContent = page.words.reload;
      mark.append(" ", link);
    }
  },

  // Post a change and show the new workspace. Answers whether it was saved.
  async change(address, fields) {
    const body = new FormData();
    const view = page.query();
    const kept = { csrf_token: page.token(), version: page.version(), month: page.month() };
    for (const name of ["view", "sort", "q"]) kept[name] = view.get(name) ?? "";
    for (const [name, value] of Object.entries({ ...kept, ...fields })) body.set(name, value);
    page.state("busy", page.words.saving);
    let answer;
    try {
      answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    } catch {
      page.state("bad", page.words.failed);
      return false;
    }
    const result = await answer.json();
    if (!answer.ok) {
      page.state("bad", page.words.conflict);
      page.say(result.error, true);
      return false;
    }
    page.show(result.html);
    page.say(result.message);
    return true;
  },

  // Put new content in place, keeping focus, scroll positions and open parts.
  show(html) {
    const place = keys.place();
    const scroll = [...workspace.querySelectorAll(".grid-scroll, .draft-side")].map((e) => [e.scrollLeft, e.scrollTop]);
    const family = workspace.querySelector(".fairness details[open]")?.dataset.family;
    const search = document.getElementById("leader-search")?.value ?? "";
    workspace.innerHTML = html;
    [...workspace.querySelectorAll(".grid-scroll, .draft-side")].forEach((element, number) => {
      [element.scrollLeft, element.scrollTop] = scroll[number] ?? [0, 0];
    });
    for (const part of workspace.querySelectorAll(".fairness details")) if (family) part.open = part.dataset.family === family;
    const box = document.getElementById("leader-search");
    if (box) box.value = search;
    prepare();
    filter();
    keys.restore(place);
  },

  // The page of a seat in a dialog: why this leader, and who else.
  async explain(link) {
    const address = new URL(link.href);
    address.searchParams.set("part", "yes");
    const view = page.query().get("view");
    if (view) address.searchParams.set("view", view);
    const answer = await fetch(address);
    if (!answer.ok) return;
    document.getElementById("seat-part").innerHTML = await answer.text();
    seatDialog.showModal();
  },

  pickUp(duty) {
    page.carried?.drop();
    page.carried = new Carried(page, duty);
    return page.carried;
  },

  putBack() {
    page.carried?.drop();
    page.carried = null;
  },

  help: () => helpDialog.showModal(),
};

const keys = keyboard(page);
pointer(page);

// A grid is one stop for Tab; arrows move inside it.
function prepare() {
  for (const button of workspace.querySelectorAll(".needs-script")) button.hidden = false;
  keys.prepare();
}

function filter() {
  const asked = (document.getElementById("leader-search")?.value ?? "").trim().toLowerCase();
  for (const row of workspace.querySelectorAll("tr[data-name][data-leader]")) {
    row.hidden = asked !== "" && !row.dataset.name.toLowerCase().includes(asked) && !page.carried;
    row.classList.toggle("found", asked !== "" && row.dataset.name.toLowerCase().includes(asked));
  }
}

function sortBars(link) {
  const name = link.dataset.sort;
  for (const table of workspace.querySelectorAll("table.bars")) {
    const rows = [...table.tBodies[0].rows];
    rows.sort((one, other) => (name === "name" ? 1 : -1) * (Number(one.dataset[name]) - Number(other.dataset[name])));
    table.tBodies[0].append(...rows);
    for (const head of table.tHead.rows[0].cells) {
      const chosen = head.querySelector("a")?.dataset.sort === name;
      if (chosen) head.setAttribute("aria-sort", name === "name" ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    }
  }
  const address = new URL(location.href);
  address.searchParams.set("sort", name);
  history.replaceState(null, "", address);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-change]");
  if (!form) return;
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form, event.submitter));
  if (seatDialog.open) seatDialog.close();
  delete fields.version;
  delete fields.view;
  await page.change(form.action, fields);
});

workspace.addEventListener("click", (event) => {
  const action = event.target.closest("[data-action=help]");
  if (action) page.help();
  const sort = event.target.closest("[data-sort]");
  if (sort) {
    event.preventDefault();
    sortBars(sort);
  }
  const jump = event.target.closest("[data-jump]");
  const target = jump && page.duty(jump.dataset.jump);
  if (target) {
    event.preventDefault();
    keys.focusDuty(target);
  }
});

workspace.addEventListener("input", (event) => {
  if (event.target.id === "leader-search") filter();
});

workspace.addEventListener("submit", (event) => {
  if (!event.target.closest(".leader-search")) return;
  event.preventDefault();
  keys.goToLeader(document.getElementById("leader-search").value);
});

prepare();
keys.focusHash();
