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
