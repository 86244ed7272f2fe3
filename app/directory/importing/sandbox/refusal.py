"""How the child says that it will not read a file."""


class Refusal(Exception):
    """The file is refused: ``code`` picks the sentence, ``values`` fill it, ``detail`` is for the log."""

    def __init__(self, code: str, detail: str = "", **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.values = values
