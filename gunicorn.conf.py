"""How gunicorn serves the application: loaded once, then two processes with eight threads each."""

import os
from typing import Any

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
timeout = 60
graceful_timeout = 10  # after Ctrl+C or SIGTERM; no page takes that long
loglevel = "warning"  # requests are logged by the application, without secrets in the paths
preload_app = True


def when_ready(_server: Any) -> None:
    """After loading, before the processes start: make every page quick from the first request on."""
    from app.web.warm import compile_templates, set_loaded_code_aside
    from wsgi import app

    compile_templates(app)
    set_loaded_code_aside()
