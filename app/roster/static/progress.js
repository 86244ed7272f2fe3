// Looks every second how far the build is; goes on to the grid when it is done. A build that has fallen silent is
// looked at less often: on a busy machine, or taken up by another process, it may be heard of again.
const place = document.getElementById("progress");
let silent = false;

async function look() {
  try {
    const answer = await fetch(place.dataset.address, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const found = await answer.json();
      if (found.done) return location.reload();
      const pressed = document.activeElement?.closest("#progress button");
      const filling = silent && found.silent; // somebody may be typing into the form to continue
      if (!pressed && !filling) place.innerHTML = found.html;
      if (!found.running) return;
      silent = found.silent;
    }
  } catch {
    // The server restarts or the network is away: the build goes on by itself, so does the looking.
  }
  setTimeout(look, silent ? 5000 : 1000);
}

if (place.dataset.running === "yes") setTimeout(look, 700);
