"""Before the first visitor: compile the templates, so that no page is slow because it is the first."""

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
