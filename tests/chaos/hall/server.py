"""What gunicorn serves in the simulation: the application, with the simulated clock."""

from app.factory import create_app
from tests.chaos.hall.clock import SimulatedClock, clock_file

app = create_app(clock_to_use=SimulatedClock(clock_file()))
