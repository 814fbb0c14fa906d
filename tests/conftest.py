"""A JACK server of its own for the tests that need real ports: no sound card, the dummy driver."""

import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

READY_WITHIN_S = 15.0


def program(name: str, package: str) -> str:
    """Path of a program; a missing one fails the test with the package that holds it."""
    path = shutil.which(name)
    if path is None:
        pytest.fail(f"{name} is missing; install it with: sudo apt-get install {package}")
    return path


def poll(
    condition: Callable[[], object], within_s: float = READY_WITHIN_S, what: str = "it"
) -> None:
    """Wait until a callable is true, and fail after a deadline."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen within {within_s:g} s")
        time.sleep(0.02)


@dataclass(frozen=True)
class JackServer:
    """A running server; programs find it through `environment`, this process already does."""

    name: str
    process: subprocess.Popen
    sample_rate: int = 48000
    period_frames: int = 256

    @property
    def environment(self) -> dict[str, str]:
        """Environment in which JACK programs find this server and no other."""
        return {**os.environ, "JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1"}

    def run(self, *command: str) -> subprocess.CompletedProcess:
        """Run one of JACK's small tools to its end."""
        return subprocess.run(
            [program(command[0], "jackd2"), *command[1:]],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def ports(self, prefix: str = "") -> list[str]:
        """Names of the ports whose name begins with `prefix`."""
        lines = self.run("jack_lsp").stdout.splitlines()
        return [line for line in lines if ":" in line and line.startswith(prefix)]

    def wait_for_port(self, prefix: str) -> str:
        """Name of the first port beginning with `prefix`, once there is one."""
        poll(lambda: self.ports(prefix), what=f"a port {prefix}…")
        return self.ports(prefix)[0]

    def connect(self, source: str, destination: str) -> None:
        """Join two ports."""
        result = self.run("jack_connect", source, destination)
        assert result.returncode == 0, result.stderr

    def recording(self, path: Path, seconds: int, *ports: str) -> subprocess.Popen:
        """Start recording `ports` to a WAV of `seconds`; wait for the process, then read it."""
        command = [program("jack_rec", "jackd2"), "-f", str(path), "-d", str(seconds), "-b", "24"]
        recorder = subprocess.Popen(
            [*command, *ports],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        poll(lambda: self.ports("jackrec"), what="jack_rec's ports")
        return recorder

    def record(self, path: Path, seconds: int, *ports: str) -> np.ndarray:
        """What `ports` sound for so many seconds, shape (frames, ports)."""
        self.recording(path, seconds, *ports).wait(timeout=seconds + 30)
        samples, _ = soundfile.read(path, always_2d=True)
        return samples


@pytest.fixture(scope="session", autouse=True)
def state_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let no play of a test be remembered among the user's."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


def start_jackd(name: str, rate_hz: int = 48000) -> subprocess.Popen:
    return subprocess.Popen(
        [program("jackd", "jackd2"), "-n", name, "-d", "dummy", "-r", str(rate_hz), "-p", "256"],
        env={**os.environ, "JACK_NO_AUDIO_RESERVATION": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _ended(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def jack_server() -> Iterator[JackServer]:
    """A dummy JACK server at 48 kHz and 256 frames, one for each test module that asks."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    server = JackServer(name, start_jackd(name))
    before = {key: os.environ.get(key) for key in ("JACK_DEFAULT_SERVER", "JACK_NO_START_SERVER")}
    os.environ.update(JACK_DEFAULT_SERVER=name, JACK_NO_START_SERVER="1")
    try:
        poll(lambda: server.ports("system:"), what="jackd's start")
        yield server
    finally:
        if server.process.poll() is not None:
            _give_back_place(server)
        _ended(server.process)
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


def _give_back_place(server: JackServer) -> None:
    """End a server of the name of one that was killed.

    JACK has places for eight servers, and keeps a killed one's until its name ends well.
    """
    successor = start_jackd(server.name)
    try:
        poll(lambda: server.ports("system:"), what="jackd's second start")
    finally:
        _ended(successor)
