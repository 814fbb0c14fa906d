"""A ring of events from one producing thread to one consuming thread, without locks.

A ring is one int64 array: head at 0, tail at 8 (a cache line apart), then rows of `WIDTH` numbers.
Head and tail only grow. The producer publishes a row with a release store of the head, the consumer
frees it with a release store of the tail, so neither ever waits for the other.
"""

from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

CAPACITY = 4096
WIDTH = 6
_HEAD, _TAIL, _ROWS = 0, 8, 16
SIZE = _ROWS + CAPACITY * WIDTH

Row = tuple[int, int, int, int, int, int]

# numba hands the function a typing context that callers don't pass, which type checkers can't know.
_intrinsic: Any = intrinsic


@_intrinsic
def _load_acquire(_typing: Any, array: Any, index: Any) -> Any:  # noqa: ANN401
    """Element of an int64 array; nothing after it is read before it."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        view = context.make_array(signature.args[0])(context, builder, args[0])
        return builder.load_atomic(builder.gep(view.data, [args[1]]), "acquire", 8)

    return types.int64(array, types.intp), generate


@_intrinsic
def _store_release(_typing: Any, array: Any, index: Any, value: Any) -> Any:  # noqa: ANN401
    """Set an element of an int64 array; nothing before it is written after it."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        view = context.make_array(signature.args[0])(context, builder, args[0])
        builder.store_atomic(args[2], builder.gep(view.data, [args[1]]), "release", 8)
        return context.get_dummy_value()

    return types.void(array, types.intp, types.int64), generate


def new_ring() -> NDArray[np.int64]:
    """An empty ring."""
    return np.zeros(SIZE, np.int64)


@njit(cache=True)
def push(ring: NDArray[np.int64], row: Row) -> bool:
    """Append a row, for the producer only; false when the ring is full."""
    head = ring[_HEAD]
    if head - _load_acquire(ring, _TAIL) >= CAPACITY:
        return False
    place = _ROWS + (head % CAPACITY) * WIDTH
    for column in range(WIDTH):
        ring[place + column] = row[column]
    _store_release(ring, _HEAD, head + 1)
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def waiting(ring: NDArray[np.int64]) -> int:
    """Rows to be popped, for the consumer only."""
    return int(_load_acquire(ring, _HEAD) - ring[_TAIL])


@njit(cache=True, nogil=True, error_model="numpy")
def pop_into(ring: NDArray[np.int64], row: NDArray[np.int64]) -> None:
    """Move the oldest row into `row`, for the consumer only; there must be one waiting."""
    tail = ring[_TAIL]
    place = _ROWS + (tail % CAPACITY) * WIDTH
    for column in range(WIDTH):
        row[column] = ring[place + column]
    _store_release(ring, _TAIL, tail + 1)
