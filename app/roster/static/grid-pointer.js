// Mouse: drag a duty to another cell, or click it to see why.
export function pointer(page) {
  // Where a drop on this cell leads: a leader and a day. In the month view the day's own duty decides the leader.
  page.targetOf = (cell, duty = null) => {
    const grid = page.grid();
    if (grid.dataset.kind === "leaders") {
      const day = grid.tHead.rows[0].cells[cell.cellIndex]?.dataset.day;
      const leader = cell.parentElement.dataset.leader;
      return day && leader !== undefined ? { leader, day } : null;
    }
    if (!cell.dataset.day || !page.carried) return null;
    return { leader: duty?.dataset.leader || page.carried.leader, day: cell.dataset.day };
  };

  let over = null;

  function leave() {
    over?.classList.remove("drop");
    over = null;
  }

  page.workspace.addEventListener("dragstart", (event) => {
    const duty = event.target.closest?.("a.duty");
    if (!duty || !page.editable || duty.getAttribute("draggable") !== "true") return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", duty.dataset.seat);
    page.pickUp(duty);
  });

  page.workspace.addEventListener("dragover", (event) => {
    const cell = event.target.closest?.("table[role=grid] tbody td");
    if (!page.carried || !cell) return;
    const duty = event.target.closest("a.duty");
    const found = page.carried.verdict(cell, duty);
    if (cell !== over) {
      leave();
      over = cell;
      cell.classList.add("drop");
      page.carried.describe(cell, duty);
    }
    if (!page.carried.targets || (found && found[0] !== "blocked")) event.preventDefault();
  });

  page.workspace.addEventListener("drop", async (event) => {
    const cell = event.target.closest?.("table[role=grid] tbody td");
    if (!page.carried || !cell) return;
    event.preventDefault();
    const duty = event.target.closest("a.duty");
    leave();
    await page.carried.putDown(cell, duty);
  });

  page.workspace.addEventListener("dragend", () => {
    leave();
    setTimeout(() => page.workspace.querySelector(".save-state.busy") || page.putBack(), 0);
  });

  page.workspace.addEventListener("click", (event) => {
    const duty = event.target.closest("table[role=grid] a.duty");
    if (!duty || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    page.explain(duty);
  });
}
