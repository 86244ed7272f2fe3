"""A first roster that keeps monthly minimums and quotas, as a flow: slot -> (leader, counted rule) -> leader -> sink.

Counted rules of one leader whose slots do not overlap are nodes with a lower and an upper bound, so one flow meets them all
with counts as close to the shares as that allows. Rules that overlap one taken already (a week across two months), classes
and distances are left to the annealing that follows: it starts close to a valid roster.
"""

from __future__ import annotations

from app.roster.engine.flow import slopes_of
from app.roster.engine.instance import CountRule, Instance, Roster


class _Arcs:
    """Arcs with a lower bound, which moves its amount from the supply of the tail to that of the head."""

    def __init__(self, supply: list[int]) -> None:
        self.supply = supply
        self.rows: list[tuple[int, int, int, int]] = []

    def add(self, tail: int, head: int, capacity: int, cost: int = 0, low: int = 0) -> None:
        self.supply[tail] -= low
        self.supply[head] += low
        self.rows.append((tail, head, capacity - low, cost))


def solve_counted(inst: Instance) -> Roster | None:
    """A roster that keeps the single-slot rules and one layer of counted rules; None when there is none."""
    import numpy as np
    from ortools.graph.python import min_cost_flow

    rules, rule_of = _layer(inst)
    first_leader = inst.m + len(rules)
    sink = first_leader + inst.n
    arcs = _Arcs([1] * inst.m + [0] * (len(rules) + inst.n) + [-inst.m])
    choices = [(s, p) for s in range(inst.m) for p in inst.can[s]]
    for s, p in choices:
        arcs.add(s, rule_of.get((s, p), first_leader + p), 1)
    for number, rule in enumerate(rules, inst.m):
        high = len(rule.slots) if rule.high is None else min(rule.high, len(rule.slots))
        if rule.low > high:
            return None
        arcs.add(number, first_leader + rule.leader, high, low=rule.low)
    for p in range(inst.n):
        for capacity, cost in slopes_of(0, inst.m, inst.shares.target[0][p]):
            arcs.add(first_leader + p, sink, capacity, cost)
    for s in range(inst.m):
        if inst.may_be_empty(s):
            arcs.add(s, sink, 1)
    tail, head, capacity, cost = np.array(arcs.rows, dtype=np.int64).T
    solver = min_cost_flow.SimpleMinCostFlow()
    numbers = solver.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
    solver.set_nodes_supplies(np.arange(sink + 1), np.array(arcs.supply, dtype=np.int64))
    if solver.solve() != solver.OPTIMAL:
        return None
    flows = np.asarray(solver.flows(numbers))[: len(choices)]
    who = inst.blank()
    for index in np.flatnonzero(flows):
        s, p = choices[index]
        who[s] = p
    return who


def _layer(inst: Instance) -> tuple[list[CountRule], dict[tuple[int, int], int]]:
    """Counted rules of which no two of one leader share a slot, and the node of each (slot, leader) in one."""
    rules: list[CountRule] = []
    node_of: dict[tuple[int, int], int] = {}
    for rule in sorted(inst.rules, key=lambda rule: not rule.low):
        if all((s, rule.leader) not in node_of for s in rule.slots):
            node_of |= {(s, rule.leader): inst.m + len(rules) for s in rule.slots}
            rules.append(rule)
    return rules, node_of
