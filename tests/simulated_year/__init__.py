"""A year of visits driven through the real services, and a judge that recomputes everything from a journal.

    python -m tests.simulated_year --visits 50000

The driver (`drive`, `visits`, `matters`, `roster`) books, screens, moves, substitutes, receives and follows through
with an injected clock. Triggers in the database write every change of a visit, a seat and a revision into a journal,
between marks that say what was asked for. The judge imports nothing of the program.
"""
