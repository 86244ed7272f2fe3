// Talking with the server. Every answer is read to its end within ten seconds, or it is as if there had been none: the box
// may have slept meanwhile, or its clock been put right, and then the time the answer tells is not that of now.

const PATIENCE = 10_000;
const WORDS = { 202: "waiting", 401: "unknown", 410: "revoked" };

export class Server {
  constructor(state, clock) {
    this.state = state;
    this.clock = clock;
    this.etag = "";
  }

  /** { envelope, etag }, with a null envelope for "unchanged", or { word }. Throws for everything else. */
  async ask() {
    const headers = this.etag ? { "If-None-Match": this.etag } : {};
    const { answer, text } = await this.fetch(this.state, { headers });
    if (answer.status === 304 && this.etag) return { envelope: null, etag: this.etag };
    if (answer.status === 200) return { envelope: text, etag: answer.headers.get("ETag") ?? "" };
    const word = WORDS[answer.status];
    if (word && JSON.parse(text).screen === word) return { word };
    throw new Error(`status ${answer.status}`);
  }

  /** A code to show: { code, expires_at }. */
  async newCode() {
    const { answer, text } = await this.fetch("/screen/own/code", { method: "POST", headers: { "X-Player": "yes" } });
    if (answer.status !== 201) throw new Error(`status ${answer.status}`);
    return JSON.parse(text);
  }

  /** Report; whether it arrives does not matter to the screen. */
  async tell(report) {
    try {
      await this.fetch("/screen/own/contact", { method: "POST", body: JSON.stringify(report), headers: { "Content-Type": "application/json" } });
    } catch {
      return; // the office's board says so
    }
  }

  async fetch(address, options) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    const sentAt = performance.now();
    const wallAt = Date.now();
    try {
      const answer = await fetch(address, { cache: "no-store", redirect: "error", signal: patience.signal, ...options });
      const receivedAt = performance.now();
      const text = await answer.text();
      if (performance.now() - sentAt > PATIENCE || Math.abs(Date.now() - wallAt) > PATIENCE) throw new Error("late");
      const time = Number(answer.headers.get("X-Server-Time"));
      if (time > 0) this.clock.set(time, sentAt, receivedAt);
      return { answer, text };
    } finally {
      clearTimeout(timer);
    }
  }
}
