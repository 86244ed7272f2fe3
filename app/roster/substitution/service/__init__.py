"""All writes of substitution, by verb. Each is called inside `transaction()` and flushes.

Every verb holds the lock of the office's roster, reads again what it decides on, and changes states by
compare-and-swap; whoever comes second gets `Overtaken`, whose sentence says what happened instead.
"""

from app.roster.substitution.service.acknowledging import acknowledge
from app.roster.substitution.service.answering import accept, decline
from app.roster.substitution.service.deadlines import due_requests, process_deadline
from app.roster.substitution.service.deciding import (
    approve,
    arrange_now,
    ask_more,
    assign,
    record_told,
    refuse,
    waive_return,
    withdraw,
)
from app.roster.substitution.service.handing import undo
from app.roster.substitution.service.making import request_away, request_cover, request_swap
from app.roster.substitution.service.policies import add_backup, remove_backup, set_policy

__all__ = [
    "accept",
    "acknowledge",
    "add_backup",
    "approve",
    "arrange_now",
    "ask_more",
    "assign",
    "decline",
    "due_requests",
    "process_deadline",
    "record_told",
    "refuse",
    "remove_backup",
    "request_away",
    "request_cover",
    "request_swap",
    "set_policy",
    "undo",
    "waive_return",
    "withdraw",
]
