// Says a ticket that is newly called, when the screen is set to. Browser speech: no sound is loaded from anywhere.

const FRESH = 60_000; // an older call was said already, by this screen or before it started

export class Voice {
  constructor() {
    this.said = new Set();
  }

  /** `calls` with ticket, room, from (ms); `language` both, zh or en. */
  say(calls, language, now) {
    const current = new Set(calls.map((call) => `${call.ticket}@${call.from}`));
    for (const key of this.said) if (!current.has(key)) this.said.delete(key);
    for (const call of [...calls].reverse()) {
      const key = `${call.ticket}@${call.from}`;
      if (this.said.has(key)) continue;
      this.said.add(key);
      if (now - call.from < FRESH) this.speak(call, language);
    }
  }

  speak({ ticket, room }, language) {
    if (!("speechSynthesis" in window)) return;
    const spelled = [...ticket].join(" ");
    if (language !== "en") utter(`请 ${spelled} 号，到${room || "接待室"}`, "zh-CN");
    if (language !== "zh") utter(`Ticket ${spelled}, please go to ${room || "the reception room"}`, "en-US");
  }
}

function utter(text, lang) {
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = lang;
  utterance.rate = 0.9;
  speechSynthesis.speak(utterance);
}
