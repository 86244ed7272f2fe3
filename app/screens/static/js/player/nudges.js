// The stream of nudges. It carries nothing: each nudge, and each new connection, means "look now".

const SHORTEST_GOOD = 20_000; // a stream that ends sooner does not get through this network
const BAD_BEFORE_PAUSE = 3;
const PAUSE = 300_000;

export class Nudges {
  constructor(address, look) {
    this.address = address;
    this.look = look;
    this.source = null;
    this.bad = 0;
    this.pausedUntil = 0;
  }

  get open() {
    return this.source?.readyState === EventSource.OPEN;
  }

  /** Connect unless that is done, or was tried in vain a moment ago. */
  start() {
    if (this.source || performance.now() < this.pausedUntil) return;
    const source = new EventSource(this.address);
    let openedAt = 0;
    source.onopen = () => {
      openedAt = performance.now();
      this.look();
    };
    source.onmessage = () => this.look();
    source.onerror = () => {
      source.close();
      this.source = null;
      const good = openedAt && performance.now() - openedAt > SHORTEST_GOOD;
      this.bad = good ? 0 : this.bad + 1;
      this.pausedUntil = performance.now() + (this.bad >= BAD_BEFORE_PAUSE ? PAUSE : 2_000 + Math.random() * 2_000);
      if (!openedAt) this.look(); // refused: perhaps because the screen was revoked since it last looked
    };
    this.source = source;
  }

  stop() {
    this.source?.close();
    this.source = null;
  }
}
