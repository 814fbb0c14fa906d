"""How soon the stage view shows what the band announces, in headless Chromium on this machine.

The delay runs from the announcement to the change of the page's text; a screen adds its own. First
with nothing else to do, then while a busy Python thread shares the interpreter with the server.

python bench/stage_view.py --count 500
"""

import argparse
import sys
import threading
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from accompanist.control.web_server import StageView
from tests.browser import Browser
from tests.screen_delay import screen_delays_s


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500)
    args = parser.parse_args()
    view = StageView(0, now_s=time.perf_counter)
    browser = Browser()
    page = browser.open(view.address, 1024, 768)
    while not page.evaluate("document.querySelectorAll('.page').length"):
        time.sleep(0.05)
    print_figures("quiet", screen_delays_s(view, page, args.count), args.count)
    page.ask("Page.reload")
    time.sleep(1.0)
    is_over = threading.Event()
    busy = threading.Thread(target=lambda: [sum(range(1000)) for _ in iter(is_over.is_set, True)])
    busy.start()
    print_figures("busy interpreter", screen_delays_s(view, page, args.count), args.count)
    is_over.set()
    busy.join()
    browser.close()
    view.close()


def print_figures(name: str, delays_s: list[float], count: int) -> None:
    """One line; values that were replaced by newer ones before they were sent are not seen."""
    p50, p99 = np.percentile(delays_s, [50, 99]) * 1e3
    print(
        f"{name}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {max(delays_s) * 1e3:.1f} ms, "
        f"{len(delays_s)} of {count} seen"
    )


if __name__ == "__main__":
    main()
