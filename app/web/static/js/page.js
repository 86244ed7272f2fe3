// What every page does: close open menus, open dialogs in place, keep a form from being sent twice.
const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details.account[open]")) if (!menu.contains(except)) menu.open = false;
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(null);
});
document.addEventListener("click", (event) => {
  closeMenus(event.target);
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  }
  event.target.closest("[data-close]")?.closest("dialog")?.close();
  const copier = event.target.closest("[data-copy]");
  if (copier) navigator.clipboard?.writeText(document.getElementById(copier.dataset.copy).textContent.trim());
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 4000);
});
for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// What scrolls sideways can be reached with the keyboard.
for (const box of document.querySelectorAll(".table-scroll:not([tabindex])")) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
}

// The office menu is folded on a phone, open beside the page on a wide screen.
const fold = document.querySelector(".office-menu-fold");
if (fold) {
  const wide = matchMedia("(min-width: 48.01rem)");
  const settle = () => (fold.open = wide.matches);
  wide.addEventListener("change", settle);
  settle();
}
