// "auto" follows the device; set before the first paint. A manual choice is already in the page, without JavaScript.
{
  const root = document.documentElement;
  if (root.dataset.bsTheme === "auto") {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => (root.dataset.bsTheme = dark.matches ? "dark" : "light");
    dark.addEventListener("change", follow);
    follow();
  }
}
