"""Before the first visitor."""

import gc

from flask import Flask

from app.web.warm import set_loaded_code_aside


def test_what_is_loaded_is_looked_through_no_more(app: Flask) -> None:
    """A full collection of everything loaded would stop a page for a third of a second."""
    assert app.jinja_env
    set_loaded_code_aside()
    try:
        assert gc.get_freeze_count() > 50_000
    finally:
        gc.unfreeze()
