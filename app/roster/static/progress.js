// Looks every second how far the build is; goes on to the grid when it is done.
const place = document.getElementById("progress");

async function look() {
  try {
    const answer = await fetch(place.dataset.address, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const found = await answer.json();
      if (found.done) return location.reload();
      const pressed = document.activeElement?.closest("#progress button");
      if (!pressed) place.innerHTML = found.html;
      if (!found.running) return;
    }
  } catch {
    // The server restarts or the network is away: the build goes on by itself, so does the looking.
  }
  setTimeout(look, 1000);
}

if (place.dataset.running === "yes") setTimeout(look, 700);
