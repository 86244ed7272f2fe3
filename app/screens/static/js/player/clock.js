// The time a screen can stand by. The server's when it was heard of; after that the machine's steady counter carries it
// on. When the machine's own clock jumps, was put back while the screen was off, or was never compared with the server's,
// nothing can be known until the server is heard of again: `trusted` is false, and no name is shown.

export const JUMP = 120_000;

export class TrustedClock {
  /**
   * `known`: a server instant (ms) that is certainly past; `wall`: what the own clock said then, if that is known;
   * `doubtful`: the own clock jumped after that, before this start, or nothing was kept of it.
   */
  constructor(known, wall = null, doubtful = false) {
    this.known = known;
    this.doubtful = doubtful;
    this.base = { server: Date.now() + (wall === null ? 0 : known - wall), steady: performance.now(), wall: Date.now() };
    this.confirmed = false;
  }

  /** The server said it is `server` (ms) halfway between two moments of the steady counter. */
  set(server, sentAt, receivedAt) {
    const steady = performance.now();
    this.base = { server: server + (steady - (sentAt + receivedAt) / 2), steady, wall: Date.now() };
    this.known = Math.max(this.known, server);
    this.confirmed = true;
    this.doubtful = false;
  }

  now() {
    return this.base.server + performance.now() - this.base.steady;
  }

  /** The right time minus the own clock, in milliseconds, as far as it is known. */
  get ahead() {
    return this.now() - Date.now();
  }

  /** Own clock minus the right time, in milliseconds; null before the server was heard of. */
  get drift() {
    return this.confirmed ? -this.ahead : null;
  }

  get trusted() {
    const jumped = Math.abs(Date.now() - this.base.wall - (performance.now() - this.base.steady)) > JUMP;
    return !jumped && !this.doubtful && this.now() > this.known - JUMP;
  }
}
