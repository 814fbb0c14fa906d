"""Headless Chromium for tests and pictures, driven through its DevTools protocol."""

import base64
import itertools
import json
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

WITHIN_S = 30.0
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)


class Browser:
    """A browser with a profile of its own; close it when done."""

    def __init__(self) -> None:
        program = next((name for name in NAMES if shutil.which(name)), None)
        if program is None:
            raise RuntimeError("chromium is missing; install it with: apt-get install chromium")
        self._home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={self._home.name}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._numbers = itertools.count(1)
        self._open = ExitStack()
        try:
            self._socket = self._open.enter_context(self._connecting())
        except BaseException:
            self._process.kill()
            raise

    def _connecting(self) -> connect:
        told = Path(self._home.name) / "DevToolsActivePort"
        deadline_s = time.monotonic() + WITHIN_S
        while not (told.exists() and told.read_text().count("\n")):
            if self._process.poll() is not None or time.monotonic() > deadline_s:
                raise RuntimeError("Chromium does not start")
            time.sleep(0.02)
        port, path = told.read_text().splitlines()
        return connect(f"ws://127.0.0.1:{port}{path}", max_size=None, compression=None)

    def ask(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Do something, and return what came of it."""
        number = next(self._numbers)
        question = {"id": number, "method": method, "params": parameters}
        self._socket.send(json.dumps(question | ({"sessionId": session} if session else {})))
        while True:
            answer = json.loads(self._socket.recv(timeout=WITHIN_S))
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def open(self, url: str, width: int, height: int, scale: float = 1.0) -> "Page":
        """Open a page on a screen of that size."""
        return Page(self, url, width, height, scale)

    def close(self) -> None:
        """End it."""
        self._open.close()
        self._process.kill()
        self._process.wait()
        self._home.cleanup()


class Page:
    """One page, touched by one finger."""

    def __init__(self, browser: Browser, url: str, width: int, height: int, scale: float) -> None:
        self._browser = browser
        # A window of its own: a page behind another would sleep.
        made = browser.ask("Target.createTarget", url="about:blank", newWindow=True)
        self._target = made["targetId"]
        attached = browser.ask("Target.attachToTarget", targetId=self._target, flatten=True)
        self._session = attached["sessionId"]
        self.resize(width, height, scale)
        self.ask("Emulation.setTouchEmulationEnabled", enabled=True)
        self.ask("Emulation.setFocusEmulationEnabled", enabled=True)
        self.ask("Page.enable")
        self.ask("Page.navigate", url=url)

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Do something on this page."""
        return self._browser.ask(method, self._session, **parameters)

    def resize(self, width: int, height: int, scale: float = 1.0) -> None:
        """Give it a screen of that size."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=True,
        )

    def evaluate(self, script: str) -> Any:
        """Return the value of an expression, awaited if need be."""
        result = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"], indent=1))
        return result["result"].get("value")

    def touch(self, x: float, y: float) -> None:
        """Lay a finger on a point."""
        self._finger("touchStart", [{"x": x, "y": y}])

    def slide(self, x: float, y: float) -> None:
        """Move the finger that lies there."""
        self._finger("touchMove", [{"x": x, "y": y}])

    def lift(self) -> None:
        """Take the finger away."""
        self._finger("touchEnd", [])

    def tap(self, selector: str) -> None:
        """Touch the middle of an element, and let go."""
        x, y, _ = self.middle(selector)
        self.touch(x, y)
        self.lift()

    def middle(self, selector: str) -> tuple[float, float, float]:
        """Middle of an element, brought into view, and its width; the finger must reach it."""
        found = self.evaluate(
            f"""(async () => {{
                const it = document.querySelector({json.dumps(selector)});
                const before = it.getBoundingClientRect().y;
                it.scrollIntoView({{block: "center", behavior: "instant"}});
                const box = it.getBoundingClientRect();
                if (box.y !== before) await new Promise(rested => setTimeout(rested, 150));
                const x = box.x + box.width / 2, y = box.y + box.height / 2;
                const top = document.elementFromPoint(x, y);
                return it.contains(top) ? [x, y, box.width] : null;
            }})()"""
        )
        assert found, f"no finger reaches {selector}"
        return tuple(found)

    def picture(self) -> bytes:
        """What it looks like, as PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"])

    def close(self) -> None:
        """Close the page alone."""
        self._browser.ask("Target.closeTarget", targetId=self._target)

    def _finger(self, kind: str, points: list[dict[str, float]]) -> None:
        self.ask("Input.dispatchTouchEvent", type=kind, touchPoints=points)
