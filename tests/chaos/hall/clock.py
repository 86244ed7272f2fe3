"""A clock that runs faster than the real one and can be moved on, the same for the server, the box and the judge.

The browser's share is a script that stands before the page's own: it bends Date.now, performance.now and the timers. The
box's own clock may be wrong besides (`drift`), as a clock without a battery is.
"""

import datetime as dt
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

SCRIPT = """(() => {
  const real = { date: Date.now, steady: performance.now.bind(performance), later: setTimeout.bind(globalThis), every: setInterval.bind(globalThis) };
  globalThis.simulated = %s;
  const s = globalThis.simulated;
  Date.now = () => s.base * 1000 + (real.date() - s.began * 1000) * s.speed + s.skipped * 1000 + s.drift * 1000;
  performance.now = () => real.steady() * s.speed + s.skipped * 1000;
  globalThis.setTimeout = (what, ms = 0, ...more) => real.later(what, ms / s.speed, ...more);
  globalThis.setInterval = (what, ms = 0, ...more) => real.every(what, ms / s.speed, ...more);
})();"""


@dataclass
class Times:
    """Seconds since 1970: the simulated start, the real start; how fast; moved on by; the box's own error."""

    base: float
    began: float
    speed: float
    skipped: float = 0.0
    drift: float = 0.0

    def now(self) -> float:
        """The simulated instant, in seconds since 1970."""
        return self.base + (time.time() - self.began) * self.speed + self.skipped

    def script(self) -> str:
        """What every page of the box runs first."""
        return SCRIPT % json.dumps(asdict(self))

    def update(self) -> str:
        """What tells a running page that the clock was moved."""
        return f"Object.assign(globalThis.simulated ?? {{}}, {json.dumps(asdict(self))})"

    def save(self, path: Path) -> None:
        """Let the server know."""
        path.with_suffix(".new").write_text(json.dumps(asdict(self)))
        path.with_suffix(".new").replace(path)


class SimulatedClock:
    """The application's clock out of the file that `Times.save` writes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def now(self) -> dt.datetime:
        """The simulated instant, aware, in UTC."""
        return dt.datetime.fromtimestamp(Times(**json.loads(self.path.read_text())).now(), dt.UTC)


def clock_file() -> Path:
    """Where the clock lies, for the server."""
    return Path(os.environ["SIMULATED_CLOCK"])
