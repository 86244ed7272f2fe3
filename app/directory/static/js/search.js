// Search as you type: the form's own page is fetched and its results put in place. Without this the button searches.
const form = document.querySelector("form[data-search]");
const results = form && document.getElementById(form.dataset.search);
let latest = 0;
let waiting;

const address = () => {
  const values = [...new FormData(form)].filter(([, value]) => value !== "");
  return `${location.pathname}?${new URLSearchParams(values)}`;
};

const search = async () => {
  const number = ++latest;
  const target = address();
  try {
    const response = await fetch(target, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = page.getElementById(form.dataset.search);
    if (number !== latest) return;
    if (!response.ok || !found) return location.assign(target);
    results.replaceChildren(...found.childNodes);
    history.replaceState(null, "", target);
  } catch {
    if (number === latest) form.requestSubmit();
  }
};

form?.addEventListener("input", (event) => {
  if (event.isComposing) return;
  clearTimeout(waiting);
  waiting = setTimeout(search, 150);
});
form?.addEventListener("compositionend", () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, 50);
});
