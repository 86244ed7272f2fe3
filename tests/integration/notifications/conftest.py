"""Procrastinate works on PostgreSQL only, so its tests belong to the second half of `make test`."""

import os

collect_ignore = [] if os.environ.get("TEST_DATABASE_URL") else ["test_worker.py"]
