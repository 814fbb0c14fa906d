"""Play with the band, or test it, on a machine that has only Python 3.11 or later.

    python3 run.py play          the band waits for your controller, or plays a demonstration
    python3 run.py test          style checks, types and tests; further words go to pytest
    python3 run.py render …      any other command of accompanist, with its own --help

The first run makes `.venv` beside this file and installs everything into it; on Debian and Ubuntu
it also installs missing system parts, or names them and stops with exit code 2.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)
LAST_WITH_RTMIDI_WHEEL = (3, 12)


def main(words: list[str]) -> int:
    """Install what is missing, then hand over to the band or the tests."""
    if sys.version_info < OLDEST:
        return stop(
            f"accompanist needs Python 3.11 or later and this is {sys.version.split()[0]}: "
            "start run.py with a newer one."
        )
    if not words or words[0] in ("-h", "--help", "help"):
        print(__doc__)
        return 0 if words else 2
    wanted = "test" if words[0] == "test" else "play"
    if not is_ready(wanted):
        failure = install_system_parts(wanted) or install_package(wanted)
        if failure:
            return stop(failure)
    return test(words[1:]) if wanted == "test" else play(words)


def stop(sentence: str) -> int:
    """Say what is wrong, and give the exit code for it."""
    print(sentence, file=sys.stderr)
    return 2


def is_ready(wanted: str) -> bool:
    """Whether an earlier run installed all this, from these files, with this Python."""
    return any(
        stamp(done).is_file() and stamp(done).read_text(encoding="utf-8") == fingerprint()
        for done in {wanted, "test"}
    )


def stamp(wanted: str) -> Path:
    """Mark left in the environment when everything that `wanted` needs is in it."""
    return VENV / f"ready-to-{wanted}"


def fingerprint() -> str:
    """Hash of all that an installation depends on."""
    facts = [sys.version, str(HERE)]
    facts += [(HERE / name).read_text(encoding="utf-8") for name in ("run.py", "pyproject.toml")]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def missing_system_parts(wanted: str) -> list[str]:
    """Debian packages that this machine lacks, by the names of the newest releases."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    present = {
        f"python{version}-venv": importlib.util.find_spec("ensurepip"),
        "libasound2t64": ctypes.util.find_library("asound"),
        "libportaudio2": ctypes.util.find_library("portaudio"),
    }
    if sys.version_info[:2] > LAST_WITH_RTMIDI_WHEEL:
        headers = Path(sysconfig.get_path("include"))
        present["g++"] = shutil.which("g++")
        present["pkg-config"] = shutil.which("pkg-config")
        present["libasound2-dev"] = Path("/usr/include/alsa/asoundlib.h").exists()
        present["libjack-jackd2-dev"] = Path("/usr/include/jack/jack.h").exists()
        present[f"python{version}-dev"] = (headers / "Python.h").exists()
    if wanted == "test":
        present["jackd2"] = shutil.which("jackd")
        present["jack-example-tools"] = shutil.which("jack_rec")
        present["fluidsynth"] = shutil.which("fluidsynth")
        present["fluid-soundfont-gm"] = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2").exists()
        present["liblo-tools"] = shutil.which("oscsend")
        present["puredata-core"] = shutil.which("pd")
        present["supercollider-server"] = shutil.which("scsynth")
        present["supercollider-language"] = shutil.which("sclang")
        browsers = ("chromium", "chromium-browser", "google-chrome")
        present["chromium"] = any(shutil.which(name) for name in browsers)
    return [package for package, found in present.items() if not found]


def install_system_parts(wanted: str) -> str:
    """Install missing Debian packages; the sentence to stop with, or nothing if all is well."""
    missing = missing_system_parts(wanted) if sys.platform == "linux" else []
    if not missing:
        return ""
    if not shutil.which("apt-get"):
        return (
            "Install the parts that Debian calls "
            f"{', '.join(missing)} with this system's own package manager, then try again."
        )
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    is_allowed = not as_root or succeeds([*as_root, "true"], quiet=True)
    unasked = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    unasked += ["-o", "DPkg::Lock::Timeout=300"]
    if is_allowed:
        say("Installing system parts; this takes a minute or two, once.")
        succeeds([*unasked, "update"])
    packages = dict.fromkeys(name_here(package) for package in missing)
    install = ["install", "-y", "--no-install-recommends", *packages]
    by_hand = f"sudo apt-get update && sudo apt-get {' '.join(install)}"
    if not is_allowed:
        return f"Some system parts are missing: run '{by_hand}', then try again."
    if succeeds([*unasked, *install]):
        return ""
    return f"apt-get could not install system parts (see above): run '{by_hand}', then try again."


def name_here(package: str) -> str:
    """What this release of the system calls a package."""
    others = {
        "libasound2t64": "libasound2",
        "jack-example-tools": "jackd2",
        "chromium": "chromium-browser",
    }
    other = others.get(package)
    show = ["apt-cache", "show", "--no-all-versions", package]
    return package if other is None or succeeds(show, quiet=True) else other


def install_package(wanted: str) -> str:
    """Make the environment and fill it; the sentence to stop with, or nothing if all is well."""
    say("Installing the band into .venv; this takes a minute or two, once.")
    make = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    pip += ["--editable", f"{HERE}[test]" if wanted == "test" else str(HERE)]
    if not (is_ready("play") or succeeds(make)):
        return f"Python could not make an environment (see above): run '{shlex.join(make)}'."
    if not succeeds(pip if sys.stderr.isatty() else [*pip, "--quiet"]):
        return (
            f"pip could not install the band (see above): run '{shlex.join(pip)}', then try again."
        )
    stamp(wanted).write_text(fingerprint(), encoding="utf-8")
    return ""


def succeeds(command: list[str], quiet: bool = False) -> bool:
    """Run a command, its output on standard error, and tell whether it went well."""
    if shutil.which(command[0]) is None:
        return False
    output = subprocess.DEVNULL if quiet else sys.stderr
    return subprocess.run(command, stdout=output, stderr=output, check=False).returncode == 0


def say(line: str) -> None:
    """Tell what takes time, without mixing into a command's output."""
    print(line, file=sys.stderr, flush=True)


def play(words: list[str]) -> int:
    """Become the band, which is told how it was called, for what it says to type."""
    command = [str(PYTHON), "-m", "accompanist", *words]
    typed = sys.orig_argv[: len(sys.orig_argv) - len(sys.argv) + 1]
    os.environ["ACCOMPANIST_CALLED"] = shlex.join(typed)
    if os.name == "nt":
        return subprocess.call(command)
    sys.stdout.flush()
    os.execv(command[0], command)


def test(pytest_words: list[str]) -> int:
    """Check style and types, run the tests last, and fail if anything did."""
    checks = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"])
    failed = [
        " ".join(check)
        for check in checks
        if subprocess.call([str(PYTHON), "-m", *check], cwd=HERE) != 0
    ]
    if failed:
        say(f"These checks failed (see above), so this run fails: {', '.join(failed)}.")
    outcome = subprocess.call([str(PYTHON), "-m", "pytest", *pytest_words], cwd=HERE)
    return outcome or int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
