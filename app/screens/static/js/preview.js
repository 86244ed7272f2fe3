// The slider through a simulated day. Without it the form and the links do the same.
const slider = document.getElementById("slider");
const time = document.getElementById("time");
const day = document.getElementById("day");
const picture = document.getElementById("picture");

const two = (number) => String(number).padStart(2, "0");
const show = () => {
  const address = new URL(picture.dataset.base, location.href);
  address.searchParams.set("at", `${day.value}T${time.value}`);
  if (picture.src !== address.href) picture.contentWindow.location.replace(address.href);
};

let waiting = 0;
slider.closest("[hidden]").hidden = false;
slider.addEventListener("input", () => {
  time.value = `${two(Math.floor(slider.value / 60))}:${two(slider.value % 60)}`;
  clearTimeout(waiting);
  waiting = setTimeout(show, 150);
});
