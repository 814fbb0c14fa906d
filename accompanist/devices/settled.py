"""From a stream of committed events to the notes that really sounded."""

from collections.abc import Iterable
from dataclasses import replace

from accompanist.music.band import BandNote, NoteCut, NoteHeld, Panic, Played


def settled(events: Iterable[Played]) -> tuple[BandNote, ...]:
    """Notes with every cut, hold and panic applied, by onset; what never sounded is left out.

    Parameters
    ----------
    events
        In order of announcement. A cut or hold of an unknown note is ignored.
    """
    notes: dict[int, BandNote] = {}
    for event in events:
        match event:
            case BandNote():
                notes[event.note_id] = event
            case NoteCut(note_id=note_id) if note_id in notes:
                notes[note_id] = _ended(notes[note_id], event.off_s)
            case NoteHeld(note_id=note_id) if note_id in notes:
                off_s = max(notes[note_id].off_s, event.off_s)
                notes[note_id] = replace(notes[note_id], off_s=off_s)
            case Panic():
                notes = {key: _ended(note, event.announced_s) for key, note in notes.items()}
    sounding = (note for note in notes.values() if note.off_s > note.on_s)
    return tuple(sorted(sounding, key=lambda note: (note.on_s, note.note_id)))


def _ended(note: BandNote, off_s: float) -> BandNote:
    return replace(note, off_s=min(note.off_s, off_s))
