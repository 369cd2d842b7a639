"""The table of a report, used with keyboard and mouse."""

import pytest
from conftest import SCENES, decant
from selenium.webdriver.common.by import By

CHECKPOINT = next(path for path in SCENES.glob("model.ckpt-*") if path.suffix != ".meta")
VISIBLE = """
    return [...document.querySelectorAll('#tensor-table tbody tr')].filter(row => !row.hidden)
      .map(row => [row.cells[0].textContent.trim(), Number(row.cells[3].textContent.replaceAll(',', ''))]);
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    page = tmp_path_factory.mktemp("table") / "report.html"
    decant("report", CHECKPOINT, "-o", page)
    return page.as_uri()


def test_sort(browser, report):
    """A click on a heading sorts by it, and tells so; a second click turns the order."""
    browser.open(report)
    heads = browser.driver.find_elements(By.CSS_SELECTOR, "#tensor-table thead th")
    column = next(index for index, head in enumerate(heads) if "parameters" in head.text)
    assert column == 3
    heads[column].find_element(By.TAG_NAME, "button").click()
    counts = [count for _, count in browser.run(VISIBLE)]
    assert len(counts) == 383
    assert counts == sorted(counts, reverse=True)
    assert heads[column].get_attribute("aria-sort") == "descending"
    heads[column].find_element(By.TAG_NAME, "button").click()
    counts = [count for _, count in browser.run(VISIBLE)]
    assert counts == sorted(counts)
    assert browser.console() == []


def test_search(browser, report):
    """Typing leaves the tensors whose names have the text, and says how many."""
    browser.open(report)
    field = browser.driver.find_element(By.ID, "tensor-filter")
    field.send_keys("lstm")
    browser.wait("return document.getElementById('tensor-status').textContent.startsWith('2 of 383')")
    assert [name for name, _ in browser.run(VISIBLE)] == ["lstm/BasicLSTMCell/Linear/Bias", "lstm/BasicLSTMCell/Linear/Matrix"]
    assert browser.console() == []
