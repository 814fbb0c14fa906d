"""What the players think is measured of the same engine that plays, network by network."""

import pytest

from accompanist.app import assembly
from accompanist.app.bench.inference import tasks_of_the_engine
from accompanist.inference.model import StreamingModel


class Watched(StreamingModel):
    """A network that tells when it is stepped."""

    opened: list[str]
    stepped: list[str]

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
        self.opened.append(name)

    def step(self, state, **inputs):
        self.stepped.append(self.name)
        return super().step(state, **inputs)


@pytest.fixture(scope="module")
def watched():
    Watched.opened, Watched.stepped = [], []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "StreamingModel", Watched)
        yield tasks_of_the_engine()


def test_every_network_that_the_engine_steps_is_measured(watched):
    assert set(Watched.opened) == {task.network for task in watched if task.network}


def test_each_thought_thought_again_steps_its_own_network_every_time(watched):
    for task in watched:
        for _ in range(8 if task.network else 0):
            Watched.stepped.clear()
            task.work()
            assert set(Watched.stepped) == {task.network}


def test_a_bar_is_thought_by_all_three_parts(watched):
    (bar,) = (task for task in watched if task.network is None)
    Watched.stepped.clear()
    bar.work()
    assert {name: Watched.stepped.count(name) for name in set(Watched.stepped)} == {
        "harmony": 16,
        "drums": 16,
        "bass": 16,
    }
