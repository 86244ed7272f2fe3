// Fills the preview in while somebody types, and counts the text message as the networks do (3GPP TS 23.038).
const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED = "^{}\\[~]|€\f";
const LIMITS = { "GSM-7": [160, 153], "UCS-2": [70, 67] };

export function length(text) {
  const signs = [...text];
  const encoding = signs.every((sign) => BASIC.includes(sign) || EXTENDED.includes(sign)) ? "GSM-7" : "UCS-2";
  const sizes = signs.map((sign) => (encoding === "GSM-7" ? (EXTENDED.includes(sign) ? 2 : 1) : sign.length));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const [single, each] = LIMITS[encoding];
  if (units <= single) return { units, parts: 1, left: single - units };
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > each) {
      parts += 1;
      used = 0;
    }
    used += size;
  }
  return { units, parts, left: each - used };
}

const samples = document.getElementById("samples");
if (samples) {
  const values = JSON.parse(samples.dataset.values);
  const fill = (text) =>
    text
      .replaceAll("｛", "{")
      .replaceAll("｝", "}")
      .replace(/\{\s*([^{}\n]*?)\s*\}/g, (whole, name) => values[name] ?? whole);
  const counter = document.getElementById("sms-length");
  const show = () => {
    for (const part of ["subject", "body", "short"]) {
      document.getElementById(`preview-${part}`).textContent = fill(document.getElementById(part).value);
    }
    const { units, parts, left } = length(document.getElementById("preview-short").textContent);
    const sentence = parts === 1 ? counter.dataset.one : counter.dataset.several;
    counter.textContent = sentence.replace("#units", units).replace("#parts", parts).replace("#left", left);
  };
  for (const part of ["subject", "body", "short"]) document.getElementById(part).addEventListener("input", show);
}
