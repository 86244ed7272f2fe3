"""How much of a spreadsheet is read. A list of leaders is a few hundred short rows; these leave room to spare."""

MEBIBYTE = 1024 * 1024

MAX_FILE_BYTES = 10 * MEBIBYTE
MAX_UNPACKED_BYTES = 200 * MEBIBYTE
"""All parts of an .xlsx archive together, as the archive declares them and again while they are read."""

MAX_ARCHIVE_ENTRIES = 2_000
MAX_RATIO = 150
"""A part that unpacks to more than this many times its packed size is a bomb …"""

RATIO_COUNTS_FROM_BYTES = 5 * MEBIBYTE
"""… if it is also larger than this; tiny parts may be packed very well."""

MAX_SHEETS = 50
MAX_ROWS = 6_000
MAX_COLUMNS = 200
MAX_FORMULAS_LISTED = 20_000
MAX_MERGES = 20_000
MAX_CELL_CHARACTERS = 5_000
MAX_TEXT_CHARACTERS = 20_000_000
"""All cells of a file together."""

CHILD_MEMORY_BYTES = 1024 * MEBIBYTE
CHILD_CPU_SECONDS = 20
CHILD_WALL_SECONDS = 40
