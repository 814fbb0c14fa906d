"""Lines of an evening in the house: reflex, what is heard, jitter, and the synth."""

import numpy as np
from numpy.typing import NDArray

from accompanist.app.bench import verdicts
from accompanist.app.bench.figures import Line, Spread, kept
from accompanist.app.bench.house_run import BAND_TURN, THRU_TURN, Evening
from accompanist.app.bench.matching import (
    FRAME,
    MESSAGE,
    Pairs,
    answers,
    frames_apart,
    note_ons,
)
from accompanist.dsp.cue import LANES
from accompanist.dsp.midi_desk import CHANNELS
from accompanist.engine import TICK_S
from accompanist.music.errors import Refusal

_REFLEX_WITHIN_NS = 50_000_000
_ATTACK_WITHIN_NS = 200_000_000
_THREE_BYTES, _SYSTEM = 0xFFFFFF, 0xF0
_REFLEX = CHANNELS[LANES.index("reflex")]

Floats = NDArray[np.float64]


def reflex(evening: Evening) -> Line:
    """From a key's note in to its answer out, in the same cycle if all is well."""
    pairs = answers(
        note_ons(evening.played, port=BAND_TURN),
        note_ons(evening.heard, channel=_REFLEX),
        _REFLEX_WITHIN_NS,
    )
    floor = answers(
        note_ons(evening.played, port=THRU_TURN), note_ons(evening.floor_heard), _REFLEX_WITHIN_NS
    )
    took_us, floor_us = _microseconds(pairs, "the reflex"), _microseconds(floor, "the thru")
    spread = Spread.of(took_us)
    apart = _reflex_frames(evening)
    return Line(
        key="latency/reflex",
        name="MIDI in → reflex out",
        unit="µs",
        spread=spread,
        verdict=verdicts.of_latency(Spread.of(took_us / 1000.0)),
        floor=Spread.of(floor_us),
        floor_name=evening.thru_name,
        lost=_undisturbed_losses(evening, pairs),
        remarks=(f"{apart:.1%} of the answers leave at the very frame of their key",),
        **kept(took_us, (pairs.at_ns - evening.began_ns) / 1e9),
    )


def attack(evening: Evening) -> Line:
    """From a click at the audio input to the attack in the band's hands."""
    period_ms = 1000.0 * evening.period_frames / evening.rate_hz
    # What is in a cycle's buffer was heard by the converter during the cycle before.
    cause_ns = evening.timeline.ns_at(evening.clicks[:, FRAME]) - 1e6 * period_ms
    cause_ns = cause_ns[cause_ns < evening.ended_ns - _ATTACK_WITHIN_NS]
    attacks = evening.thought.attacks
    took_ms, stamp_ms, at_s = [], [], []
    for click_ns in cause_ns:
        near = np.abs(attacks[:, 1] - click_ns) < _ATTACK_WITHIN_NS / 2
        if near.any():
            in_hand_ns, stamped_ns = attacks[np.argmin(np.abs(attacks[:, 1] - click_ns))]
            took_ms.append((in_hand_ns - click_ns) / 1e6)
            stamp_ms.append((stamped_ns - click_ns) / 1e6)
            at_s.append((click_ns - evening.began_ns) / 1e9)
    if not took_ms:
        raise Refusal("no click was heard through the audio input; see accompanist doctor")
    spread = Spread.of(took_ms)
    middle, reach = np.median(stamp_ms), np.percentile(np.abs(stamp_ms - np.median(stamp_ms)), 99)
    return Line(
        key="latency/attack",
        name="audio onset → engine",
        unit="ms",
        spread=spread,
        verdict=verdicts.of_latency(spread),
        floor=Spread.of(evening.woken_us / 1000.0),
        floor_name="a bare thread's waking",
        lost=len(cause_ns) - len(took_ms),
        remarks=(
            f"its stamp is {middle:+.2f} ms off in the middle, 99 % within {reach:.2f} ms of that",
            f"up to a period of {period_ms:.2f} ms and a step of the band, {1000 * TICK_S:.0f} ms, "
            "are part of it",
        ),
        **kept(np.array(took_ms), np.array(at_s)),
    )


def jitter(evening: Evening) -> list[Line]:
    """Planned against actual times of everything that was sent ahead."""
    return [jitter_in_frames(evening), _strays(evening)]


def jitter_in_frames(evening: Evening) -> Line:
    """Frames between the one planned and the one at which a listener found it.

    Of the test notes, which are all sent ahead: the band among which they sound also answers a
    chord at once, and what is meant for now has no frame to keep.
    """
    ahead = [CHANNELS[lane] for lane in set(evening.thought.sent[:, 1].tolist())]
    messages = evening.planned[:, 2]
    planned = evening.planned[np.isin(messages & 0x0F, ahead) & (messages & 0xFF < _SYSTEM)]
    planned = planned[:, [2, 0]] & np.array([_THREE_BYTES, -1])
    heard = evening.heard[:, [MESSAGE, FRAME]] & np.array([_THREE_BYTES, -1])
    calm = evening.timeline.is_undisturbed(planned[:, 1])
    late, places = frames_apart(planned[calm], heard, 4 * evening.period_frames)
    frames = np.abs(late).astype(np.float64)
    if len(frames) == 0:
        raise Refusal("no note came through JACK; see that no other program holds its ports")
    when_s = (planned[calm][places, 1] - planned[0, 1]) / evening.rate_hz
    return Line(
        key="jitter/frames",
        name="notes sent ahead, planned → heard",
        unit="frames",
        spread=Spread.of(frames),
        verdict=verdicts.of_jitter(Spread.of(1000.0 * frames / evening.rate_hz)),
        floor=Spread.of(_thru_frames(evening)),
        floor_name=evening.thru_name,
        lost=int(calm.sum()) - len(places),
        remarks=evening.remarks,
        **kept(frames, when_s),
    )


def strays_us(evening: Evening) -> tuple[Floats, Floats, int, float]:
    """How far test notes strayed from their time (µs).

    Returns also when (s), how many were lost, and the delay that all have in common (ms).
    """
    sent = evening.thought.sent
    heard = note_ons(evening.heard)
    when_ns = evening.timeline.ns_at(heard[:, FRAME])
    heard, when_ns = heard[np.isfinite(when_ns)], when_ns[np.isfinite(when_ns)]
    channels = np.array(CHANNELS)[sent[:, 1]]
    messages = 0x90 | channels | sent[:, 2] << 8 | sent[:, 3] << 16
    asked = np.column_stack([messages, sent[:, 0]])
    known = np.column_stack([heard[:, MESSAGE] & _THREE_BYTES, when_ns.astype(np.int64)])
    late_ns, places = frames_apart(asked, known, 60_000_000)
    if len(late_ns) == 0:
        raise Refusal("no note came through JACK; see that no other program holds its ports")
    common_ns = np.median(late_ns)
    strays = np.abs(late_ns - common_ns) / 1000.0
    frames = _frames_near(evening, sent[:, 0])
    calm = evening.timeline.is_undisturbed(frames)
    lost = int(calm.sum() - calm[places].sum())
    inside = calm[places]
    at_s = (sent[places, 0] - evening.began_ns) / 1e9
    return strays[inside], at_s[inside], lost, common_ns / 1e6


def _strays(evening: Evening) -> Line:
    """Microseconds between the time a note was meant for and that of its frame."""
    strays, at_s, lost, common_ms = strays_us(evening)
    spread = Spread.of(strays)
    return Line(
        key="jitter/time",
        name="notes sent ahead, stray from their time",
        unit="µs",
        spread=spread,
        verdict=verdicts.of_jitter(Spread.of(strays / 1000.0)),
        floor=Spread.of(evening.woken_us),
        floor_name="a bare thread's waking",
        lost=lost + evening.thought.dropped,
        remarks=(f"all have a delay of {common_ms:+.2f} ms in common",),
        **kept(strays, at_s),
    )


def synth(evening: Evening) -> Line:
    """Share of the period that rendering took."""
    period_us = 1e6 * evening.period_frames / evening.rate_hz
    share = 100.0 * evening.synth_us / period_us
    spread = Spread.of(share)
    remarks = [f"longer than the period: {evening.synth_overruns} of {len(share)} calls"]
    if evening.synth_underflows:
        remarks.append(f"sound ran dry {evening.synth_underflows} times")
    return Line(
        key="synth/callback",
        name="built-in synth, share of the period",
        unit="%",
        spread=spread,
        verdict=verdicts.of_load(spread, evening.synth_overruns),
        floor=Spread.of(100.0 * evening.idle_us / period_us),
        floor_name="the same before the first note",
        remarks=(*remarks, *evening.remarks),
        **kept(share, np.arange(len(share)) * evening.period_frames / evening.rate_hz),
    )


def _microseconds(pairs: Pairs, who: str) -> Floats:
    if len(pairs.took_ns) == 0:
        raise Refusal(f"no note came back through {who}; see that no other program holds its ports")
    return pairs.took_ns / 1000.0


def _reflex_frames(evening: Evening) -> float:
    """Share of the answers that leave at the frame of their key."""
    asked = set(note_ons(evening.played, port=BAND_TURN)[:, FRAME].tolist())
    answered = note_ons(evening.heard, channel=_REFLEX)[:, FRAME].tolist()
    return sum(frame in asked for frame in answered) / max(len(answered), 1)


def _thru_frames(evening: Evening) -> NDArray[np.int64]:
    """Frames between what went through the floor's thru and what came out."""
    played = evening.played[evening.played[:, MESSAGE] >> 24 == THRU_TURN]
    said, heard = (
        records[:, [MESSAGE, FRAME]] & np.array([_THREE_BYTES, -1])
        for records in (played, evening.floor_heard)
    )
    late, _ = frames_apart(said, heard, 4 * evening.period_frames)
    return np.abs(late)


def _undisturbed_losses(evening: Evening, pairs: Pairs) -> int:
    """Keys without an answer, but for those of cycles that JACK missed."""
    asked = note_ons(evening.played, port=BAND_TURN)
    calm = int(evening.timeline.is_undisturbed(asked[:, FRAME]).sum())
    return max(calm - len(pairs.took_ns), 0)


def _frames_near(evening: Evening, times_ns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Frames that sounded at about those times."""
    cycles = evening.timeline.cycles
    place = np.clip(np.searchsorted(cycles[:, 1], times_ns), 0, len(cycles) - 1)
    return np.asarray(cycles[place, 0], np.int64)
