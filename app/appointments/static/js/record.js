// Saves the draft of a reception record two seconds after the last keystroke, and at once when the page is left.
const form = document.querySelector("form[data-autosave]");
if (form) {
  const note = form.querySelector("[data-saved]");
  const version = form.querySelector("[name=version]");
  let timer = 0;
  let saving = Promise.resolve();
  const save = async () => {
    const answer = await fetch(location.href, { method: "POST", body: new FormData(form), headers: { "X-Autosave": "1" }, keepalive: true });
    const told = await answer.json();
    if (answer.ok) version.value = told.version;
    note.textContent = answer.ok ? note.dataset.saved : told.error;
  };
  const saveNow = () => {
    clearTimeout(timer);
    timer = 0;
    saving = saving.then(save, save).catch(() => { note.textContent = note.dataset.unsaved; });
  };
  form.addEventListener("input", () => {
    note.textContent = note.dataset.unsaved;
    clearTimeout(timer);
    timer = setTimeout(saveNow, 2000);
  });
  const leave = () => { if (timer) saveNow(); };
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); });
  form.addEventListener("submit", () => { clearTimeout(timer); timer = 0; });
}
