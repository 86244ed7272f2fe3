// Snapshots: taken whole or not at all, and kept for a start without a network.

const FORMAT = 2;
const PREFIX = "rota-screen:";

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 of a text's UTF-8 bytes, as zlib makes it. (Subtle cryptography is missing on plain http.) */
export function crc32(text) {
  let crc = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) crc = TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** The snapshot in a sealed envelope (text). Throws for anything that is not one, whole. */
export function openEnvelope(text) {
  const envelope = JSON.parse(text);
  if (envelope.format !== FORMAT) throw new Error("another format");
  if (crc32(envelope.content) !== envelope.crc) throw new Error("damaged");
  const content = JSON.parse(envelope.content);
  if (!content.places?.length || !Number.isFinite(envelope.expires_at)) throw new Error("not a snapshot");
  return { content, version: envelope.version, expiresAt: envelope.expires_at };
}

/** What is kept under a name: { envelope (text), etag, confirmed and server (server ms), wall (own clock then), doubtful }, or null. */
export function recall(name) {
  try {
    const found = JSON.parse(localStorage.getItem(PREFIX + name));
    return found && Number.isFinite(found.confirmed) ? found : null;
  } catch {
    return null; // damaged or forbidden: the page works without it
  }
}

/** Keep a value; true when it is really there. When the storage is full, what is not needed goes first. */
export function keep(name, value) {
  const text = JSON.stringify(value);
  for (const tryAgain of [true, false]) {
    try {
      localStorage.setItem(PREFIX + name, text);
      return true;
    } catch {
      if (!tryAgain || !makeRoom(PREFIX + name)) return false;
    }
  }
  return false;
}

export function forget(name) {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    return; // forbidden: then nothing is there either
  }
}

/** Remove what other programs and older players left in this origin's storage; whether there was anything. */
function makeRoom(except) {
  const others = Object.keys(localStorage).filter((key) => key !== except && !key.startsWith(PREFIX));
  for (const key of others) localStorage.removeItem(key);
  return others.length > 0;
}

/** Bytes in the storage, two for each character. */
export function storedBytes() {
  try {
    return Object.keys(localStorage).reduce((sum, key) => sum + 2 * (key.length + localStorage.getItem(key).length), 0);
  } catch {
    return 0;
  }
}
