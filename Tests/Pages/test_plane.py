"""The plane of words, used with the keyboard and without a script."""

import random
import string

import pytest
import strangers
from conftest import decant
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

SHOWN = "return getComputedStyle(arguments[0].querySelector('text')).visibility"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A report on a model of 400 words, most of which lie so close together that there is no room for their names."""
    folder = tmp_path_factory.mktemp("plane")
    source = random.Random(7)
    words = ["".join(source.choices(string.ascii_lowercase, k=9)) for _ in range(400)]
    names = ["<S>", "</S>", *words]
    (folder / "word_counts.txt").write_text("".join(f"{word} {len(names) - place}\n" for place, word in enumerate(names)))
    values = [source.gauss(0, 1) for _ in range(len(names) * 8)]
    strangers.write_safetensors(folder / "model.safetensors", {"seq_embedding/map": ([len(names), 8], values)})
    decant("report", folder / "model.safetensors", "-o", folder / "report.html")
    return (folder / "report.html").as_uri()


@pytest.mark.parametrize("script", [True, False])
def test_keyboard(browser, report, script):
    """A dot without room for its name is reached with the Tab key, has the word as its name, and then shows it."""
    browser.open(report, script=script)
    dots = browser.driver.find_elements(By.CSS_SELECTOR, ".plane g[tabindex]")
    assert 50 < len(dots) < 300
    first, second = dots[0], dots[1]
    assert browser.run(SHOWN, first) == "hidden"
    browser.run("arguments[0].focus()", first)
    assert browser.run(SHOWN, first) == "visible"
    browser.driver.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.driver.switch_to.active_element == second
    assert browser.run(SHOWN, second) == "visible"
    assert browser.run(SHOWN, first) == "hidden"
    assert second.accessible_name.startswith(browser.run("return arguments[0].querySelector('text').textContent", second))
    assert second.accessible_name.endswith(" times")


@pytest.mark.parametrize("script", [True, False])
def test_table_leads_to_dots(browser, report, script):
    """Each word of the table leads to its dot, which then shows its name; the dots can be skipped."""
    browser.open(report, script=script)
    skip = browser.driver.find_element(By.CSS_SELECTOR, "a.skip[href='#places']")
    browser.run("arguments[0].focus()", skip)
    skip.send_keys(Keys.ENTER)
    browser.wait("return location.hash === '#places'")
    browser.driver.find_element(By.CSS_SELECTOR, "#places summary").send_keys(Keys.ENTER)
    links = browser.driver.find_elements(By.CSS_SELECTOR, "#places tbody a")
    assert len(links) == 300
    place = browser.run("return document.querySelector('.plane g[tabindex]').id")
    link = next(link for link in links if link.get_attribute("href").endswith("#" + place))
    browser.run("arguments[0].focus()", link)
    link.send_keys(Keys.ENTER)
    browser.wait(f"return location.hash === '#{place}'")
    dot = browser.driver.find_element(By.ID, place)
    assert browser.run(SHOWN, dot) == "visible"
    assert dot.accessible_name.startswith(link.text)
    if script:
        assert browser.faults() == []
        browser.screenshot("plane")
    assert browser.console() == []
