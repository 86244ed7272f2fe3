// Keyboard: one cell is in the Tab order, arrows move it; Enter picks a duty up and puts it down.
export function keyboard(page) {
  let current = null;

  const cells = (row) => [...row.cells].filter((cell) => cell.tagName === "TD" && !cell.matches(".total, .pad"));
  const rows = () => [...(page.grid()?.tBodies[0].rows ?? [])].filter((row) => !row.hidden);
  const dutyIn = (cell) => cell?.querySelector("a.duty") ?? null;

  function prepare() {
    const grid = page.grid();
    if (!grid) return;
    for (const link of grid.querySelectorAll("a.duty")) link.tabIndex = -1;
    for (const row of grid.tBodies[0].rows) for (const cell of cells(row)) cell.tabIndex = -1;
    const first = grid.querySelector("td a.duty")?.closest("td") ?? cells(rows()[0] ?? grid.tBodies[0].rows[0])[0];
    if (first) first.tabIndex = 0;
    current = first ?? null;
  }

  function focus(cell) {
    if (!cell) return;
    if (current) current.tabIndex = -1;
    current = cell;
    cell.tabIndex = 0;
    cell.focus();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (page.carried) page.carried.describe(cell, dutyFor(cell));
  }

  // In the month view a day's duty is what one exchanges with; in the leaders view the row says it.
  const dutyFor = (cell) => (page.grid().dataset.kind === "month" ? dutyIn(cell) : null);

  function step(rowStep, columnStep) {
    const all = rows();
    const row = all.indexOf(current.parentElement);
    if (page.grid().dataset.kind === "month" && columnStep) {
      const days = all.flatMap(cells);
      focus(days[days.indexOf(current) + columnStep]);
      return;
    }
    const index = current.cellIndex + columnStep;
    const target = all[row + rowStep]?.cells[index];
    if (target && target.tagName === "TD" && !target.matches(".total, .pad")) focus(target);
  }

  const moves = {
    ArrowLeft: () => step(0, -1),
    ArrowRight: () => step(0, 1),
    ArrowUp: () => step(-1, 0),
    ArrowDown: () => step(1, 0),
    Home: () => focus(cells(current.parentElement)[0]),
    End: () => focus(cells(current.parentElement).at(-1)),
    PageUp: () => turn(-1),
    PageDown: () => turn(1),
  };

  function turn(direction) {
    const months = [...page.workspace.querySelectorAll(".month-strip [data-month]")];
    const now = months.findIndex((link) => link.hasAttribute("aria-current"));
    const link = months[now + direction];
    if (link) location.assign(`${link.href}#grid`);
  }

  async function enter() {
    if (page.carried && nextInCell()) return take(nextInCell());
    if (page.carried) {
      if (await page.carried.putDown(current, dutyFor(current))) current?.focus();
      return;
    }
    const duty = dutyIn(current);
    if (!duty) return page.say(page.words.noDuty);
    if (!page.editable || duty.getAttribute("draggable") !== "true") return page.explain(duty);
    take(duty);
  }

  function take(duty) {
    const carried = page.pickUp(duty);
    page.say(page.words.picked.replace("{duty}", carried.label));
  }

  // A cell with a morning and an afternoon: Enter once more takes the other one.
  function nextInCell() {
    const duties = [...(current?.querySelectorAll("a.duty[draggable=true]") ?? [])];
    const now = duties.indexOf(page.carried?.element);
    return now < 0 ? null : duties[now + 1];
  }

  const actions = {
    Enter: enter,
    " ": () => dutyIn(current) && page.explain(dutyIn(current)),
    Escape: () => {
      if (!page.carried) return;
      page.putBack();
      page.say(page.words.cancelled);
    },
    Delete: () => change(page.words.edit, { leader: "" }),
    Backspace: () => change(page.words.edit, { leader: "" }),
    l: () => change(page.words.lock, { locked: dutyIn(current)?.classList.contains("locked") ? "no" : "yes" }),
  };

  function change(address, fields) {
    const duty = dutyIn(current);
    if (!duty || !page.editable) return page.say(page.words.noDuty);
    page.putBack();
    return page.change(address, { seat: duty.dataset.seat, ...fields });
  }

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const typing = event.target.closest("input, textarea, select");
    if (event.ctrlKey || event.metaKey) return shortcut(event, typing);
    if (typing || event.altKey) return leaveSearch(event, typing);
    if (event.key === "?") return stop(event, page.help);
    if (event.key === "/") return stop(event, () => document.getElementById("leader-search").focus());
    if (!current || !event.target.closest("table[role=grid]")) return;
    const act = moves[event.key] ?? actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act) stop(event, act);
  });

  function shortcut(event, typing) {
    const key = event.key.toLowerCase();
    const name = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null;
    if (!name || typing) return;
    stop(event, () => {
      const button = page.workspace.querySelector(`[data-action=${name}]`);
      if (button && !button.disabled) button.form.requestSubmit(button);
    });
  }

  function leaveSearch(event, typing) {
    if (event.key === "Escape" && typing?.id === "leader-search") {
      typing.value = "";
      typing.dispatchEvent(new Event("input", { bubbles: true }));
      current?.focus();
    }
  }

  function stop(event, act) {
    event.preventDefault();
    act();
  }

  page.workspace.addEventListener("focusin", (event) => {
    const cell = event.target.closest?.("table[role=grid] tbody td");
    if (cell && cell !== current && cell.tabIndex >= -1 && !cell.matches(".total, .pad")) {
      if (current) current.tabIndex = -1;
      current = cell;
      cell.tabIndex = 0;
    }
  });

  page.onTargets = () => {
    const moved = current && document.activeElement === current && !current.querySelector(".duty.held");
    if (moved) page.carried?.describe(current, dutyFor(current));
  };

  return {
    prepare,
    place: () => {
      if (!current || !page.grid()?.contains(document.activeElement)) return null;
      return { leader: current.parentElement.dataset.leader, day: current.dataset.day, column: current.cellIndex };
    },
    restore(place) {
      if (!place) return;
      const row = rows().find((one) => one.dataset.leader === place.leader);
      const day = place.day && page.grid().querySelector(`td[data-day="${place.day}"]`);
      focus(day || row?.cells[place.column] || current);
    },
    focusDuty(duty) {
      const cell = duty.closest("td");
      if (page.grid()?.contains(cell)) focus(cell);
      else duty.focus();
    },
    focusHash() {
      const target = location.hash && document.getElementById(location.hash.slice(1));
      const cell = target?.closest?.("table[role=grid] tbody td");
      if (cell) focus(cell);
      else if (location.hash === "#grid") focus(current);
    },
    goToLeader(name) {
      const asked = name.trim().toLowerCase();
      const all = [...(page.grid()?.tBodies[0].rows ?? [])];
      const row = asked && all.find((one) => one.dataset.name?.toLowerCase().includes(asked));
      if (!row) return page.say(page.words.noMatch, true);
      row.hidden = false;
      const column = page.carried ? columnOf(page.carried.day) : null;
      focus(column ? row.cells[column] : (row.querySelector("a.duty")?.closest("td") ?? cells(row)[0]));
    },
  };

  function columnOf(day) {
    return [...page.grid().tHead.rows[0].cells].findIndex((cell) => cell.dataset.day === day);
  }
}
