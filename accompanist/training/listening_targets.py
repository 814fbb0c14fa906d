"""What the listener aims at on validation pieces, and whether it is there."""

from dataclasses import dataclass

from accompanist.training.listening_sets import FALSE_STARTS, STRESS
from accompanist.training.listening_sound_figures import GUITAR, OFFLINE_TRACKER, POP, WITH_DRUMS
from accompanist.training.listening_sound_sets import RECORDINGS, RENDERED
from accompanist.training.listening_table import Figures, Measured, by_case

_NAME_WIDTH = 40


@dataclass(frozen=True, slots=True)
class Target:
    """A figure of a set that is to be at least, or at most, so much."""

    where: str
    figure: str
    bound: float
    at_most: bool = False

    def met_by(self, value: float) -> bool:
        """Whether a value is there."""
        return value <= self.bound if self.at_most else value >= self.bound


TARGETS = (
    Target("pop909", "F_sound", 0.93),
    Target("pop909", "CMLt", 0.82),
    Target("pop909", "downbeat F", 0.75),
    Target("wjd", "F_sound", 0.70),
    Target("wjd", "CMLt", 0.55),
    Target("wjd", "tempo 4%", 0.70),
    Target("asap", "F_sound", 0.62),
    Target("asap", "CMLt", 0.48),
    Target(STRESS, "F_sound", 0.94),
    Target(STRESS, "CMLt", 0.90),
    Target(STRESS, "FOLLOW", 0.90),
    Target(STRESS, "worst case F_sound", 0.80),
    Target(STRESS, "recovery after a jump", 4.0, at_most=True),
    Target(STRESS, "off-beat, syncopated", 0.0, at_most=True),
    Target(STRESS, "doubled at 60", 0.0, at_most=True),
    Target(STRESS, "halved at 176", 0.0, at_most=True),
    Target(FALSE_STARTS, "false starts", 0.0, at_most=True),
    Target("pop909", "lead", -60.0, at_most=True),
    Target("pop909", "lead p95", -20.0, at_most=True),
    Target("pop909", "key@12s", 0.93),
    Target("pop909", "key@5s", 0.85),
    Target("pop909", "chord majmin", 0.85),
    Target("pop909", "chord sevenths", 0.70),
    Target("pop909", "chord expected", 0.45),
    Target(RENDERED, "F_sound", 0.70),
    Target(RENDERED, "CMLt", 0.50),
    Target(RENDERED, "downbeat F", 0.55),
    Target(RENDERED, "lead", -40.0, at_most=True),
    Target(RENDERED, "F_sound ahead of causal peers", 0.0),
    Target(RENDERED, "CMLt ahead of causal peers", 0.0),
    Target(RENDERED, f"CMLt ahead of {OFFLINE_TRACKER}", 0.0),
    Target(RENDERED, "key@12s", 0.85),
    Target(RENDERED, "false starts", 0.0, at_most=True),
    Target(RENDERED, "cost", 0.03, at_most=True),
    Target(WITH_DRUMS, "F_sound", 0.93),
    Target(WITH_DRUMS, "CMLt", 0.88),
    Target(GUITAR, "F_sound", 0.80),
    Target(POP, "chord majmin", 0.75),
    Target(RECORDINGS, "F_sound", 0.85),
    Target(RECORDINGS, "worst case ahead of causal peers", -0.05),
    Target(RECORDINGS, "lead", -40.0, at_most=True),
    Target(RECORDINGS, "cost", 0.03, at_most=True),
    Target("soak", "cost", 0.015, at_most=True),
    Target("soak", "update p99.9", 0.5, at_most=True),
    Target("soak", "blocks grown a minute", 50.0, at_most=True),
)


def stress_figures(measured: Measured) -> Figures:
    """The figures of stress that single cases decide."""
    cases = by_case(measured)
    figures = {"worst case F_sound": min(f["F_sound"] for f in cases.values())} if cases else {}
    jumps = [f["recovery"] for name, f in cases.items() if name.startswith("subito")]
    singled = (
        ("off-beat, syncopated", "syncopated_comping", "off-beat"),
        ("doubled at 60", "steady_60", "tempo ×2"),
        ("halved at 176", "steady_176", "tempo ×1/2"),
    )
    for figure, case, taken_from in singled:
        if case in cases:
            figures[figure] = cases[case][taken_from]
    return figures | ({"recovery after a jump": max(jumps)} if jumps else {})


def verdicts(
    measured: dict[str, Figures], targets: tuple[Target, ...] = TARGETS
) -> list[dict[str, object]]:
    """Every target whose figure was measured, with its value and whether it is met."""
    return [
        {
            "set": target.where,
            "figure": target.figure,
            "bound": target.bound,
            "at most": target.at_most,
            "value": measured[target.where][target.figure],
            "met": target.met_by(measured[target.where][target.figure]),
        }
        for target in targets
        if target.figure in measured.get(target.where, {})
    ]


def target_table(found: list[dict[str, object]]) -> str:
    """A line for every target."""
    names = [f"{verdict['set']}: {verdict['figure']}" for verdict in found]
    width = max((len(name) + 2 for name in names), default=0)
    width = max(width, _NAME_WIDTH)
    lines = [f"{'targets':<{width}}{'measured':>10}{'target':>12}"]
    for name, verdict in zip(names, found, strict=True):
        sign = "≤" if verdict["at most"] else "≥"
        mark = "met" if verdict["met"] else "missed"
        value, bound = float(str(verdict["value"])), float(str(verdict["bound"]))
        lines.append(f"{name:<{width}}{value:>10.3f}{sign:>5}{bound:>7.3f}  {mark}")
    return "\n".join(lines) + "\n"
