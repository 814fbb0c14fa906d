"""What all processors missed together is the machine's; from spans and moments made by hand."""

import numpy as np
import pytest

from accompanist.app.bench.standstill import Watch, fall_into, together

MS = 1_000_000


def spans(*pairs: tuple[float, float]) -> np.ndarray:
    """Spans of time, in ms."""
    return np.array([(began * MS, ended * MS) for began, ended in pairs], np.int64).reshape(-1, 2)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ([(10, 16)], [(11, 17)], [(11, 16)]),
        ([(10, 16)], [(20, 26)], []),
        ([(10, 16)], [], []),
        ([(10, 30)], [(8, 12), (15, 18), (29, 35)], [(10, 12), (15, 18), (29, 30)]),
        ([(10, 16), (40, 45)], [(44, 50)], [(44, 45)]),
    ],
)
def test_the_machine_stood_still_while_every_processor_did(one, other, shared):
    assert together([spans(*one), spans(*other)]).tolist() == spans(*shared).tolist()
    assert together([spans(*other), spans(*one)]).tolist() == spans(*shared).tolist()


def test_what_they_share_for_less_than_a_millisecond_is_chance():
    assert len(together([spans((10, 16)), spans((15.1, 20))])) == 0


def test_a_single_processor_speaks_for_itself():
    assert together([spans((10, 16))]).tolist() == spans((10, 16)).tolist()


@pytest.mark.parametrize(
    ("moment_ms", "is_in"), [(9, False), (10, True), (14, True), (25, True), (27, False)]
)
def test_a_moment_falls_into_a_span_until_a_while_after_its_end(moment_ms, is_in):
    moments_ns = np.array([moment_ms * MS])
    assert fall_into(moments_ns, spans((-9, -8), (10, 16)), 10 * MS).tolist() == [is_in]


def test_nothing_falls_into_no_span():
    assert not fall_into(np.array([5 * MS]), spans(), 10 * MS).any()


def test_the_watch_tells_spans_in_order_or_that_it_cannot():
    stood = Watch().stop()
    assert stood is None or (np.diff(stood.ravel()) >= 0).all()
