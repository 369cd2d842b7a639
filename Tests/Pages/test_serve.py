"""The local page, as a person uses it."""

import os
import signal
import subprocess
import urllib.parse

import pytest
from conftest import SCENES
from selenium.webdriver.common.by import By

CHECKPOINT = next(path for path in SCENES.glob("model.ckpt-*") if path.suffix != ".meta")
OTHER = SCENES / "v2" / "model.ckpt-4222"
CAPTION = "a small yellow triangle left of two large purple circles ."


@pytest.fixture(scope="module")
def address():
    """The address, with its token, of a server that shows the scenes model; the server must end when it is told to."""
    process = subprocess.Popen(
        [os.environ["DECANT"], "serve", "--no-browser", CHECKPOINT, OTHER], stdout=subprocess.PIPE, text=True
    )
    yield process.stdout.readline().strip()
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=10)


def links(browser):
    return browser.run("return [...document.querySelectorAll('main a')].map(link => link.href).filter(href => typeof href === 'string')")


def within(browser, address):
    """Whether everything that was asked for came from the server, the page itself or a picture that a person chose."""
    host = urllib.parse.urlsplit(address).netloc
    return all(
        found.startswith(("data:", "blob:")) or urllib.parse.urlsplit(found).netloc == host
        for found in browser.requests()
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_every_page(browser, address, width, scheme):
    """Every page that the first two lead to is silent, fits, loads nothing from elsewhere, and has no serious fault."""
    browser.open(address, width=width, scheme=scheme)
    assert "token" not in browser.driver.current_url, "the token stays in the address"
    seen, wanted = set(), [browser.driver.current_url]
    while wanted and len(seen) < 12:
        page = wanted.pop(0)
        seen.add(page)
        browser.open(page, width=width, scheme=scheme)
        assert browser.console() == [], page
        assert within(browser, address), page
        assert browser.run("return document.documentElement.scrollWidth - innerWidth") <= 0, page
        assert browser.faults() == [], page
        browser.screenshot(f"serve-{len(seen)}-{width}-{scheme}")
        wanted += [
            link
            for link in dict.fromkeys(link.split("#")[0] for link in links(browser))
            if link not in seen and link not in wanted
        ]
    assert len(seen) > 4


def test_picture(browser, address):
    """A picture is chosen, and its caption, the other words and the maps arrive."""
    browser.open(address)
    home = browser.driver.current_url
    browser.open(urllib.parse.urljoin(home, "/item/0/caption"))
    field = browser.driver.find_element(By.ID, "picture")
    field.send_keys(str(SCENES / "images" / "scene-09.jpg"))
    text = "document.getElementById('results').textContent"
    if CAPTION.split()[-2] not in browser.run(f"return {text}"):
        for button in browser.driver.find_elements(By.CSS_SELECTOR, "#caption button"):
            if button.is_displayed():
                button.click()
                break
    browser.wait(f"return {text}.toLowerCase().includes({CAPTION[:-2]!r})")
    browser.wait(f"return {text}.includes('makes the word less probable')", seconds=60)
    assert browser.run("return document.querySelectorAll('#results button').length") >= 10
    browser.screenshot("serve-caption")
    assert browser.console() == []
    assert within(browser, address)


def test_compare(browser, address):
    """Two sources are chosen, and the page of `decant report A B` about them comes."""
    browser.open(address)
    browser.open(urllib.parse.urljoin(browser.driver.current_url, "/compare?a=0"))
    choice = browser.driver.find_element(By.ID, "b")
    choice.find_element(By.CSS_SELECTOR, "option[value='1']").click()
    browser.driver.find_element(By.CSS_SELECTOR, "form button").click()
    browser.wait("return location.search === '?a=0&b=1' && document.title.startsWith('Changes from')")
    text = browser.run("return document.querySelector('main').textContent")
    assert "What was compared" in text and "What did not change" in text
    assert browser.console() == []
    assert within(browser, address)
    assert browser.faults() == []
    browser.screenshot("serve-compare")


def test_documents(browser, address):
    """A script gets JSON of a search, and pages through the values of a tensor that it found."""
    browser.open(address)
    values, part = browser.driver.execute_async_script(
        """
        const done = arguments[0];
        const ask = async (path) => (await fetch(path, {headers: {Accept: "application/json"}})).json();
        (async () => {
          const found = (await ask("/search?q=logits/weights")).search;
          const hit = found.hits.find((hit) => hit.id === 0);
          const page = await ask(`/item/0/tensor/${hit.tensor}?row=2&rows=3&column=1&columns=4`);
          done([page.values.values, page.values.part]);
        })().catch((error) => done([String(error), null]));
        """
    )
    assert part and (part["row"], part["row_count"], part["column"], part["column_count"]) == (2, 3, 1, 4)
    assert len(values) == 12 and all(float(value) == float(value) for value in values)


def test_not_a_picture(browser, address):
    """What is no picture gets an error in words, and the page goes on."""
    browser.open(address)
    browser.open(urllib.parse.urljoin(browser.driver.current_url, "/item/0/caption"))
    browser.driver.find_element(By.ID, "picture").send_keys(str(SCENES / "word_counts.txt"))
    for button in browser.driver.find_elements(By.CSS_SELECTOR, "#caption button"):
        if button.is_displayed():
            button.click()
            break
    browser.wait("return document.body.textContent.includes('JPEG')")
    browser.wait("return document.body.textContent.includes('neither JPEG nor PNG')")
