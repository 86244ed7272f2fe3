"""What the judge found."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Verdict:
    """What was asked, what was checked, and what is wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    checked: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def expect(self, what: str, good: bool, where: object) -> None:
        """Count a check; say where it fails."""
        self.checked[what] += 1
        if not good:
            self.problems.append(f"{what}: {where}")

    def add(self, other: "Verdict") -> None:
        """Take in what another judge found."""
        self.counts += other.counts
        self.checked += other.checked
        self.problems += other.problems

    def lines(self) -> Iterator[str]:
        """The report."""
        yield "asked of the services:"
        yield from (f"  {name:<24}{number:>9,}" for name, number in sorted(self.counts.items()))
        yield "checked by the judge:"
        yield from (f"  {name:<60}{number:>11,}" for name, number in sorted(self.checked.items()))
        kinds = Counter(problem.partition(":")[0] for problem in self.problems)
        yield f"problems: {len(self.problems)}"
        yield from (f"  {number:>6} × {name}" for name, number in kinds.most_common())
        yield from (f"  {problem}" for problem in self.problems[:60])
