"""The container of .xls files (a small file system of sectors), as far as finding one stream needs it.

Source: Microsoft, "[MS-CFB] Compound File Binary File Format", sections 2.2 to 2.6.
"""

import struct

from app.directory.importing.sandbox.refusal import Refusal

_HEADER_BYTES = 512
_DIRECTORY_ENTRY_BYTES = 128
_LAST_REGULAR_SECTOR = 0xFFFFFFFA
_STREAM, _ROOT = 2, 5


class CompoundFile:
    """Streams of a compound file by name. Raises Refusal("broken") when its chains make no sense."""

    def __init__(self, data: bytes) -> None:
        if len(data) < _HEADER_BYTES:
            raise Refusal("broken", detail="compound file shorter than its header")
        self._data = data
        self._sector_bytes = 1 << min(struct.unpack_from("<H", data, 30)[0], 16)
        self._table = self._read_allocation_table()
        self._entries = self._read_directory()

    @property
    def has_root(self) -> bool:
        """Whether the directory has its root, without which the container is damaged."""
        return any(kind == _ROOT for _, kind, _, _ in self._entries)

    @property
    def names(self) -> set[str]:
        """Names of all streams."""
        return {name for name, kind, _, _ in self._entries if kind == _STREAM}

    def stream(self, name: str) -> bytes:
        """The bytes of one stream. KeyError when there is none of that name."""
        for entry_name, kind, start, size in self._entries:
            if kind == _STREAM and entry_name == name:
                if size < struct.unpack_from("<I", self._data, 56)[0]:
                    return self._small_stream(start, size)
                return self._chain(start)[:size]
        raise KeyError(name)

    def _sector(self, number: int) -> bytes:
        offset = (number + 1) * self._sector_bytes
        return self._data[offset : offset + self._sector_bytes]

    def _numbers(self, sector: int) -> tuple[int, ...]:
        content = self._sector(sector)
        return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])

    def _read_allocation_table(self) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        following = struct.unpack_from("<I", self._data, 68)[0]
        for _ in range(len(self._data) // self._sector_bytes + 1):
            numbers = self._numbers(following) if following <= _LAST_REGULAR_SECTOR else ()
            if not numbers:
                break
            sectors += numbers[:-1]
            following = numbers[-1]
        table: list[int] = []
        for sector in sectors:
            if sector <= _LAST_REGULAR_SECTOR and len(table) * 4 <= len(self._data):
                table += self._numbers(sector)
        return table

    def _chain(self, start: int) -> bytes:
        parts: list[bytes] = []
        sector = start
        while sector <= _LAST_REGULAR_SECTOR:
            if sector >= len(self._table) or len(parts) > len(self._table):
                raise Refusal("broken", detail="a chain of sectors leaves the file or runs in a circle")
            parts.append(self._sector(sector))
            sector = self._table[sector]
        return b"".join(parts)

    def _small_stream(self, start: int, size: int) -> bytes:
        """A stream below the cut-off lies in 64-byte pieces inside the root entry's stream."""
        container = self._chain(next((first for _, kind, first, _ in self._entries if kind == _ROOT), 0))
        content = self._chain(struct.unpack_from("<I", self._data, 60)[0])
        table = struct.unpack(f"<{len(content) // 4}I", content)
        parts: list[bytes] = []
        while start < len(table) and len(parts) <= len(table):
            parts.append(container[start * 64 : start * 64 + 64])
            start = table[start]
        return b"".join(parts)[:size]

    def _read_directory(self) -> list[tuple[str, int, int, int]]:
        content = self._chain(struct.unpack_from("<I", self._data, 48)[0])
        entries = []
        for offset in range(0, len(content) - _DIRECTORY_ENTRY_BYTES + 1, _DIRECTORY_ENTRY_BYTES):
            length = min(struct.unpack_from("<H", content, offset + 64)[0], 64)
            name = content[offset : offset + max(length - 2, 0)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", content, offset + 116)
            entries.append((name, content[offset + 66], start, size))
        return entries
