"""A gallery of many pictures, read from page to page."""

import shutil

import pytest
from conftest import SCENES, decant
from selenium.webdriver.common.by import By

CHECKPOINT = next(path for path in SCENES.glob("model.ckpt-*") if path.suffix != ".meta")


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    """A gallery of 255 pictures: 250 on the first page, 5 on the second."""
    folder = tmp_path_factory.mktemp("gallery")
    pictures = folder / "pictures"
    pictures.mkdir()
    images = sorted((SCENES / "images").glob("*.jpg"))
    for number in range(255):
        shutil.copy(images[number % len(images)], pictures / f"{number:03}.jpg")
    decant("caption", CHECKPOINT, pictures, "--html", folder / "gallery.html")
    return folder


@pytest.mark.parametrize("script", [True, False])
def test_pages(browser, gallery, script):
    """The way to the second page and back is there above and below the pictures, with a script and without."""
    browser.open((gallery / "gallery.html").as_uri(), width=800, script=script)
    assert len(browser.driver.find_elements(By.CSS_SELECTOR, "article")) == 250
    assert len(browser.driver.find_elements(By.LINK_TEXT, "Next page")) == 2
    browser.driver.find_element(By.LINK_TEXT, "Next page").click()
    browser.wait("return location.pathname.endsWith('/gallery-2.html') && document.readyState === 'complete'")
    articles = browser.driver.find_elements(By.CSS_SELECTOR, "article")
    assert [article.get_attribute("id") for article in articles] == [f"picture-{n}" for n in range(251, 256)]
    if script:
        assert browser.faults() == []
    assert browser.console() == []
    browser.screenshot(f"gallery-second-{script}")
    browser.driver.find_elements(By.LINK_TEXT, "Previous page")[-1].click()
    browser.wait("return location.pathname.endsWith('/gallery.html')")


def test_last_picture(browser, gallery):
    """The last picture of a long page appears when a person gets there."""
    browser.open((gallery / "gallery.html").as_uri() + "#picture-250", width=800)
    browser.wait("const image = document.querySelector('#picture-250 img'); return image.complete && image.naturalWidth > 0")
    browser.wait("const box = document.querySelector('#picture-250').getBoundingClientRect();"
                 "return box.top < innerHeight && box.bottom > 0")


def test_find(browser, gallery):
    """A file's name finds its picture among those of the page."""
    browser.open((gallery / "gallery.html").as_uri(), width=800)
    browser.driver.find_element(By.ID, "find").send_keys("123.jpg")
    browser.wait("return document.getElementById('shown').textContent === '1 of 250 shown'")
    shown = browser.run("return [...document.querySelectorAll('.shot')].filter(shot => !shot.hidden).map(shot => shot.id)")
    assert shown == ["picture-124"]
