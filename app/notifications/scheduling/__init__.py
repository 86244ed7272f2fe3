"""One scheduler among any number of processes, and the workers that do what it finds to be done."""
