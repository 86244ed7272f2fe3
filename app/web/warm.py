"""Before the first visitor: templates compiled, loaded code set aside, so that no page is slow because it is the first."""

import gc

from flask import Flask
from jinja2 import FileSystemBytecodeCache

PACKAGES = ("bootstrap", "security", "base/")  # templates of packages, which our pages do not use


def compile_templates(app: Flask) -> int:
    """Compile every template of ours, keeping the result in the data folder for the next start; how many."""
    folder = app.extensions["settings"].data_dir / "compiled-templates"
    folder.mkdir(parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    names = [name for name in app.jinja_env.list_templates(["html"]) if not name.startswith(PACKAGES)]
    for name in names:
        app.jinja_env.get_template(name)
    return len(names)


def set_loaded_code_aside() -> None:
    """Take what is loaded out of garbage collection: no page waits while 250,000 objects that stay are looked through.

    Before the processes start, so that they also go on sharing that memory.
    """
    gc.collect()
    gc.freeze()
