// Making elements. Text only ever goes in as text.

export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** [Chinese, English] as two spans; the screen's language decides in the style sheet which is seen. */
export function both([zh, en]) {
  const first = element("span", "zh", zh);
  const second = element("span", "en", en);
  first.lang = "zh-CN";
  second.lang = "en";
  return [first, " ", second];
}

/** Replace the content of an element when it differs. */
export function put(id, ...children) {
  const place = document.getElementById(id);
  const next = element("div", "", ...children);
  if (place.innerHTML === next.innerHTML) return;
  place.replaceChildren(...next.childNodes);
}

/** How long a name or a text is, for the style sheet: s, m, l or xl. Chinese characters count twice. */
export function lengthClass(text, small, medium, large) {
  const width = [...text].reduce((sum, letter) => sum + (letter.codePointAt(0) > 0x2e7f ? 2 : 1), 0);
  return width <= small ? "len-s" : width <= medium ? "len-m" : width <= large ? "len-l" : "len-xl";
}

const FITS = [1.5, 1.42, 1.35, 1.28, 1.21, 1.14, 1.07, 1, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58];

const UNBROKEN = 0.82; // rather than smaller than this, a name takes two lines

/**
 * Make what an element holds as large as it fits, between two factors: the style sheet multiplies its sizes with `--fit`.
 * What does not fit at the smallest loses the last items of its list.
 */
export function fit(id, largest, smallest = FITS.at(-1)) {
  const place = document.getElementById(id);
  for (const wraps of [false, true]) {
    place.classList.toggle("wraps", wraps);
    const least = wraps ? smallest : Math.max(smallest, UNBROKEN);
    for (const factor of FITS.filter((one) => one <= largest && one >= least)) {
      place.style.setProperty("--fit", factor);
      if (holds(place)) return;
    }
  }
  for (let item = lastItem(place); item && !holds(place); item = lastItem(place)) item.remove();
}

const lastItem = (place) => place.querySelector(".coming li:last-child:not(:first-child)");

function holds(place) {
  const boxes = [place, ...place.querySelectorAll(".place")];
  const lines = [...place.querySelectorAll(".coming-date, .name, .facts, .call-ticket, .state, .next-date")];
  const highEnough = (one) => one.scrollHeight <= one.clientHeight + 1;
  const wideEnough = (one) => one.scrollWidth <= one.clientWidth + 1;
  return boxes.every(highEnough) && [...boxes, ...lines].every(wideEnough);
}
