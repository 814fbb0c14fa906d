"""The guest list: which other machines may steer, as words in shared memory.

How many there are, then their hosts as numbers, then the code by which further ones pair; 0 while
there is none. One process writes it, the receiver of surfaces reads it (see
`accompanist.dsp.osc_receiver`).
"""

COUNT = 0
GUESTS = 1
MOST_GUESTS = 32
CODE = GUESTS + MOST_GUESTS
GUEST_LIST_WORDS = CODE + 1
