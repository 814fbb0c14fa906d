"""How long an announcement takes to the screen of a browser on this machine."""

import time

from accompanist.control.web_server import StageView
from accompanist.music.heard import TempoHeard
from tests.browser import Page

BETWEEN_S = 0.02
SETTLES_S = 0.3


def screen_delays_s(view: StageView, page: Page, count: int) -> list[float]:
    """Time from each of `count` new tempi to the change on the page, by the clock both share."""
    page.evaluate(
        """window.seen = {}; new MutationObserver(() => {
            const at = performance.timeOrigin + performance.now();
            seen[$("tempo").querySelector("b").textContent] = at / 1000;
        }).observe($("tempo"), {subtree: true, childList: true, characterData: true}); 0"""
    )
    said_s = {}
    for number in range(count):
        tempo_bpm = 60.0 + 0.1 * number
        said_s[f"{tempo_bpm:.1f}"] = time.time()
        view.show(TempoHeard(1.0, tempo_bpm, 0.9))
        time.sleep(BETWEEN_S)
    time.sleep(SETTLES_S)
    seen_s = page.evaluate("seen")
    return [seen_s[text] - said_s[text] for text in said_s if text in seen_s]
