// A duty that is picked up: it knows which cells it may be dropped on and what that would break.
export class Carried {
  constructor(page, duty) {
    this.page = page;
    this.seat = duty.dataset.seat;
    this.leader = duty.dataset.leader;
    this.day = duty.dataset.day;
    this.label = duty.getAttribute("aria-label");
    this.element = duty;
    this.targets = null;
    duty.classList.add("held");
    this.ready = this.#load();
  }

  async #load() {
    const address = new URL(this.page.words.targets, location.href);
    address.searchParams.set("key", this.seat);
    address.searchParams.set("month", this.page.month());
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const found = (await answer.json()).targets;
    if (this.dropped) return;
    this.targets = found;
    this.#paint();
  }

  #paint() {
    const grid = this.page.grid();
    for (const cell of grid.querySelectorAll("tbody td:not(.total):not(.pad)")) {
      const found = this.verdict(cell);
      cell.classList.remove("ok", "conflict", "blocked");
      if (found) cell.classList.add(found[0]);
      else if (this.page.targetOf(cell)) cell.classList.add("blocked");
    }
    this.page.onTargets?.();
  }

  // ["ok" | "conflict" | "blocked", sentence] for a cell, or null where nothing can be dropped.
  verdict(cell, duty = null) {
    const at = this.page.targetOf(cell, duty);
    return (at && this.targets?.[`${at.leader}|${at.day}`]) || null;
  }

  describe(cell, duty = null) {
    if (!this.targets) return;
    const found = this.verdict(cell, duty);
    if (!found) this.page.say(this.page.words.nothing, true);
    else if (found[0] === "ok") this.page.say(`${found[1]}. ${this.page.words.free}`);
    else this.page.say(found[1], true);
  }

  async putDown(cell, duty = null) {
    const at = this.page.targetOf(cell, duty);
    await this.ready;
    const found = this.verdict(cell, duty);
    if (!at || (this.targets && (!found || found[0] === "blocked"))) {
      this.describe(cell, duty);
      return false;
    }
    const saved = await this.page.change(this.page.words.move, { seat: this.seat, leader: at.leader, day: at.day });
    this.page.putBack();
    return saved;
  }

  drop() {
    this.dropped = true;
    document.querySelectorAll(".duty.held").forEach((duty) => duty.classList.remove("held"));
    for (const cell of document.querySelectorAll("td.ok, td.conflict, td.blocked, td.drop")) {
      cell.classList.remove("ok", "conflict", "blocked", "drop");
    }
  }
}
