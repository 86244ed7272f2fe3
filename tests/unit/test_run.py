"""`make run` on a port that cannot be used ends with one sentence in each language."""

import socket

import pytest

from tools.run import refuse_used_port


def test_a_port_in_use_is_refused_before_anything_is_prepared() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        with pytest.raises(SystemExit, match=f"{port} cannot be used"):
            refuse_used_port("127.0.0.1", port)
    refuse_used_port("127.0.0.1", port)


@pytest.mark.parametrize("port", ["99999", "http"])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(SystemExit, match="Choose another port"):
        refuse_used_port("127.0.0.1", port)
