"""The parameter tree, declared once: everything that may be set, and all that is shown in return.

Every surface, file, help page and MIDI map is made from `PARAMETERS` and `FEEDBACK`. Those of a
part are named after it.
"""

from accompanist.music.band import PARTS
from accompanist.music.parameter import Feedback, Parameter
from accompanist.music.section import VARIATIONS

STYLES = (
    "pop",
    "rock",
    "funk",
    "jazz",
    "latin",
    "ballad",
    "waltz",
    "bossa",
    "blues",
    "six_eight",
    "reggae",
    "electronic",
)

SOURCES = ("model", "understudy")

SWINGS = ("heard", "straight", "light", "full")

TRADES = ("off", "2 bars", "4 bars", "8 bars")

COUNT_INS = ("off", "1 bar", "2 bars")

STARTS = ("beat", "first note", "button")

ENDS = ("ending", "ritardando")

REFLEXES = ("off", "thru", "octave", "harmony")

INPUT_MODELS = ("auto", "two hands", "left hand", "right hand", "pads", "single line")

MPE_SETTINGS = ("auto", "on", "off")

SOUND_SETTINGS = ("auto", "line", "chords")

LINKS = ("off", "lead", "follow")

STATES = ("lost", "locking", "locked")


def _triggers(page: str, **helps: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, "trigger", 0, text, page) for name, text in helps.items())


def _toggles(page: str, **helps: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, "toggle", 0, text, page) for name, text in helps.items())


def _part_parameters(part: str) -> tuple[Parameter, ...]:
    """What every part has of its own."""
    return (
        Parameter(f"{part}/mute", "toggle", 0, f"Silence the {part}.", "band"),
        Parameter(f"{part}/solo", "toggle", 0, f"Silence every part but the {part}.", "band"),
        Parameter(f"{part}/level", "share", 0.8, f"Loudness of the {part}.", "band"),
        Parameter(
            f"{part}/source",
            "choice",
            "model",
            f"Who plays the {part}.",
            "band",
            choices=SOURCES,
            lockable=True,
        ),
        Parameter(f"{part}/hold", "toggle", 0, f"Keep the {part} on what it played last.", "band"),
        Parameter(f"{part}/again", "trigger", 0, f"Have the {part} play something else.", "band"),
        Parameter(
            f"{part}/undo", "trigger", 0, f"Have the {part} play what it did before.", "band"
        ),
    )


_PLAY = (
    *_triggers(
        "play",
        start="Let the band play from the next beat, or after the count-in.",
    ),
    Parameter("stop", "trigger", 0, "Stop the band, every note off.", "play", lockable=True),
    *_triggers(
        "play",
        intro="Before the band plays: enter with the style's intro.",
        fill="Fill the rest of the bar.",
    ),
    Parameter("break", "trigger", 0, "Make room for one bar, from the next bar line.", "play"),
    *_triggers(
        "play",
        ending="Play the style's ending from the next bar line, and rest.",
        tap="Tap a beat; four taps set the tempo, and start a band that waits.",
        half="Count the beat half as fast.",
        double="Count the beat twice as fast.",
        nudge_earlier="Move the beat a little earlier.",
        nudge_later="Move the beat a little later.",
        panic="Silence everything at once.",
    ),
    *_toggles(
        "play",
        hold_tempo="Keep the tempo, whatever you play.",
        chord_lock="Keep the chord, whatever you play.",
        fermata="Hold what sounds, and wait; switched off, it is the next downbeat.",
        dip="Let the band sink back without falling silent.",
        lock="Performance lock: what could wreck the piece by mistake does nothing.",
    ),
    Parameter("intensity", "share", 0.5, "How hard the band plays.", "play"),
    Parameter("density", "share", 0.5, "How many notes the band plays.", "play"),
    Parameter("complexity", "share", 0.5, "How busy rhythms and chords are.", "play"),
    Parameter("outside", "share", 0.0, "How far the band strays from the expected.", "play"),
)

_BAND = (
    Parameter(
        "style", "choice", "pop", "What the band plays like.", "band", choices=STYLES, lockable=True
    ),
    Parameter(
        "variation",
        "choice",
        "B",
        "How the style is played, from A, sparse, to D, full; from the next bar line.",
        "band",
        choices=VARIATIONS,
    ),
    Parameter(
        "swing",
        "choice",
        "heard",
        "How the band swings; heard is as you do.",
        "band",
        choices=SWINGS,
    ),
    Parameter(
        "trade",
        "choice",
        "off",
        "Take turns: so many bars are yours, then as many are the band's.",
        "band",
        choices=TRADES,
    ),
    *(parameter for part in PARTS for parameter in _part_parameters(part)),
)

_SONG = (
    Parameter("song/next", "trigger", 0, "Go to the next song of the set.", "song", lockable=True),
    Parameter("song/previous", "trigger", 0, "Go back to the song before.", "song", lockable=True),
    Parameter(
        "keep", "trigger", 0, "Keep the last half hour: MIDI of it, and what was heard.", "song"
    ),
    Parameter("song/repeat", "trigger", 0, "Play this section of the song again.", "song"),
    Parameter("song/skip", "trigger", 0, "Go on to the song's next section.", "song"),
    Parameter("song/follow", "toggle", 1, "Go by the song's chords, where it has any.", "song"),
    Parameter(
        "count_in",
        "choice",
        "off",
        "What start counts before the band plays.",
        "song",
        choices=COUNT_INS,
    ),
    Parameter(
        "start_with",
        "choice",
        "beat",
        "What brings the band in: the beat it found, your first note, or start alone.",
        "song",
        choices=STARTS,
        lockable=True,
    ),
    Parameter(
        "end_with",
        "choice",
        "ending",
        "How an ending ends: in time, or slowing down.",
        "song",
        choices=ENDS,
    ),
    Parameter(
        "ending_bars",
        "integer",
        4,
        "Bars of silence after which the band ends the piece.",
        "song",
        minimum=1,
        maximum=64,
        unit="bars",
        lockable=True,
    ),
    Parameter(
        "stop_on_release",
        "toggle",
        0,
        "Stop the band as soon as you let go of all keys; it comes in again as it does at first.",
        "song",
        lockable=True,
    ),
)

_SOUND = (
    Parameter("band/level", "share", 0.8, "Loudness of the whole band.", "sound"),
    Parameter(
        "reflex",
        "choice",
        "off",
        "What answers each key in the same moment.",
        "sound",
        choices=REFLEXES,
    ),
    Parameter(
        "midi_programs",
        "toggle",
        0,
        "Send the style's instruments to the MIDI output, as General MIDI programs.",
        "sound",
    ),
    Parameter(
        "input/sound",
        "choice",
        "auto",
        "What the sound is that comes in: a line of single notes, or chords and drums; auto hears.",
        "sound",
        choices=SOUND_SETTINGS,
        lockable=True,
    ),
)

_SETUP = (
    Parameter(
        "input/model",
        "choice",
        "auto",
        "What you play on; auto hears it.",
        "setup",
        choices=INPUT_MODELS,
        lockable=True,
    ),
    Parameter(
        "input/split",
        "integer",
        60,
        "With input/model at left hand, chords are taken below this key; 60 is middle C.",
        "setup",
        maximum=127,
        lockable=True,
    ),
    Parameter(
        "input/learn_split",
        "trigger",
        0,
        "The next key you play becomes the split: the lowest that is yours alone.",
        "setup",
        lockable=True,
    ),
    Parameter(
        "input/mpe",
        "choice",
        "auto",
        "Whether your controller gives every note a channel of its own.",
        "setup",
        choices=MPE_SETTINGS,
        lockable=True,
    ),
    Parameter(
        "learn",
        "toggle",
        0,
        "Touch a control, then move a knob, key or pedal: from then on it turns that control.",
        "setup",
        lockable=True,
    ),
    Parameter(
        "carry_on",
        "toggle",
        1,
        "If the band falters, its last bar of drums and bass goes on.",
        "setup",
        lockable=True,
    ),
    Parameter(
        "sync/clock_out", "toggle", 0, "Send MIDI clock, start and stop.", "setup", lockable=True
    ),
    Parameter(
        "sync/clock_in",
        "toggle",
        0,
        "Follow the MIDI clock that comes in.",
        "setup",
        lockable=True,
    ),
    Parameter(
        "sync/link",
        "choice",
        "off",
        "Lead an Ableton Link session by your playing, or follow it.",
        "setup",
        choices=LINKS,
        lockable=True,
    ),
)

PARAMETERS: tuple[Parameter, ...] = (*_PLAY, *_BAND, *_SONG, *_SOUND, *_SETUP)

FEEDBACK: tuple[Feedback, ...] = (
    Feedback("tempo", "f", "Beats a minute, to a tenth."),
    Feedback("beat", "i", "Beat in the bar, from 1."),
    Feedback("metre", "i", "Beats that a bar has.", page="setup"),
    Feedback("bar", "i", "Bar since the first beat, from 1."),
    Feedback(
        "section",
        "s",
        "Section: intro, groove, fill, break, ending; or waiting, counting, resting, stopped.",
    ),
    Feedback(
        "variation",
        "s",
        "Variation that the band plays, A to D; while it is silent, that it would enter with.",
    ),
    Feedback(
        "turn",
        "s",
        "Whose turn it is while you trade: you or band; both while you do not.",
        page="band",
    ),
    Feedback("song", "s", "Song of the set, such as 2/5 Blue Room.", page="song"),
    Feedback("song_section", "s", "Section of the song that the band is in.", page="song"),
    Feedback("key", "s", "Key such as D minor."),
    Feedback("chord", "s", "Chord that sounds, such as G:min7."),
    Feedback(
        "chord_expected", "sf", "Chord the band goes to next, and its probability.", is_share=True
    ),
    Feedback(
        "feel",
        "s",
        "Straight or the swing as a share of the beat, in half or double time.",
        page="setup",
    ),
    Feedback(
        "input", "s", "What is played on, such as two hands, and MPE after a comma.", page="setup"
    ),
    Feedback(
        "input_level",
        "f",
        "Loudness of the audio input, decibels of full scale: -30 to -10 while you play is good.",
        page="sound",
    ),
    Feedback(
        "input_clipping",
        "i",
        "1 while the audio input is too loud: turn its gain down.",
        page="sound",
    ),
    Feedback("state", "s", "Whether the beat is lost, locking or locked.", choices=STATES),
    Feedback("confidence", "f", "How sure the beat is, 0–1.", is_share=True),
    Feedback(
        "learn",
        "s",
        "What MIDI learn waits for, or has learned: intensity is on CC 74.",
        page="setup",
    ),
)
