"""A browser, the command, and the pages that it makes."""

import base64
import json
import os
import pathlib
import subprocess

import axe_playwright_python
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENES = ROOT / "Fixtures" / "scenes"
SCREENSHOTS = ROOT / ".build" / "pages" / "screenshots"
AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


def decant(*arguments, statuses=(0,)):
    """Runs the command; fails if it ends with another exit status. 1 says that there is something to see on the page."""
    run = subprocess.run([os.environ["DECANT"], *map(str, arguments)], capture_output=True, text=True, timeout=300)
    assert run.returncode in statuses, f"{arguments} ended with {run.returncode}: {run.stderr[-2000:]}"
    return run


class Browser:
    """Headless Chromium that keeps what a page wrote to the console and what it asked the network for."""

    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(60)
        self.driver.set_script_timeout(120)

    def open(self, address, width=1200, scheme="light", script=True):
        """Opens an address in a window of a width, in light or dark, with or without scripts."""
        command = self.driver.execute_cdp_cmd
        self._empty_logs()
        command("Emulation.setScriptExecutionDisabled", {"value": not script})
        command("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        command(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        self.driver.get(address)

    def _empty_logs(self):
        self.driver.get("about:blank")
        for kind in ("browser", "performance"):
            self.driver.get_log(kind)

    def console(self):
        """What the page wrote to the console, violations of its policy included."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """The addresses that the page asked for since it was opened, its own among them."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [
            event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"
        ]

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait(self, condition, seconds=30):
        """Waits until a script returns something true; fails if it does not in time."""
        WebDriverWait(self.driver, seconds).until(lambda driver: driver.execute_script(condition), condition)

    def faults(self):
        """What axe-core finds that is serious or critical, as readable lines.

        Of what repeats (a table's rows, a list's articles) it looks at the first few; else a large page takes minutes.
        """
        self.run(AXE)
        result = self.driver.execute_async_script(
            """
            const done = arguments[0];
            const exclude = [["tbody tr:nth-child(n + 12)"], ["article:nth-of-type(n + 4)"], ["svg g:nth-of-type(n + 20)"]];
            axe.run({include: [["html"]], exclude}, {resultTypes: ["violations"]})
              .then(done, error => done({error: String(error)}));
            """
        )
        assert "error" not in result, result
        assert result["passes"], "axe found nothing to check"
        return [
            f"{found['id']}: {found['help']}: {node['html'][:200]}"
            for found in result["violations"]
            if found["impact"] in ("serious", "critical")
            for node in found["nodes"][:3]
        ]

    def screenshot(self, name):
        """Takes a picture of the whole page, or of its first 6,000 pixels."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        width, height = self.run("return [innerWidth, document.documentElement.scrollHeight]")
        command = self.driver.execute_cdp_cmd
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, 6000), "scale": 1}
        data = command("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})["data"]
        (SCREENSHOTS / f"{name}.png").write_bytes(base64.b64decode(data))


@pytest.fixture(scope="session")
def browser():
    browser = Browser()
    yield browser
    browser.driver.quit()
