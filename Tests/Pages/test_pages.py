"""Every kind of page, opened in a browser at three widths, in light and dark."""

import pytest
import strangers
from conftest import ROOT, SCENES, decant

CHECKPOINT = next(path for path in SCENES.glob("model.ckpt-*") if path.suffix != ".meta")
IMAGES = SCENES / "images"
REPORTS = {
    "scenes": CHECKPOINT,
    "saved-model": ROOT / "Fixtures/checkpoints/saved-model-tf2/model",
    "keras": ROOT / "Fixtures/keras/model-3.h5",
    "npz": ROOT / "Fixtures/npz/stored.npz",
}


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """All pages by name; made once."""
    folder = tmp_path_factory.mktemp("pages")
    hostile, extreme = folder / "hostile.safetensors", folder / "extreme.safetensors"
    strangers.hostile(hostile)
    strangers.extreme(extreme)
    converted = folder / "scenes-float16.safetensors"
    decant("convert", CHECKPOINT, "--dtype", "f16", "-o", converted)
    made = {}

    def page(name, *arguments, option="-o"):
        made[name] = folder / f"{name}.html"
        decant(*arguments, option, made[name], statuses=(0, 1))

    for name, path in (REPORTS | {"hostile": hostile, "extreme": extreme}).items():
        page(f"report-{name}", "report", path)
    page("report-two", "report", CHECKPOINT, converted)
    page("report-two-hostile", "report", hostile, extreme)
    page("gallery", "caption", CHECKPOINT, *sorted(IMAGES.glob("*.jpg"))[:6], option="--html")
    page("explain", "explain", CHECKPOINT, IMAGES / "scene-09.jpg")
    return made


NAMES = [f"report-{name}" for name in [*REPORTS, "hostile", "extreme", "two", "two-hostile"]] + ["gallery", "explain"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 800, 1200])
@pytest.mark.parametrize("name", NAMES)
def test_page(browser, pages, name, width, scheme):
    """The page is silent, stays within the window, loads nothing, and an accessibility checker finds no serious fault."""
    address = pages[name].as_uri()
    browser.open(address, width=width, scheme=scheme)
    assert browser.console() == []
    assert [found for found in browser.requests() if not found.startswith("data:")] == [address]
    assert browser.run("return document.documentElement.scrollWidth - innerWidth") <= 0, "the page is wider than the window"
    assert browser.run("return window.attacked") is None
    assert browser.run("return document.title") != ""
    browser.screenshot(f"{name}-{width}-{scheme}")
    # The width changes no roles, names or colors.
    if width == 800:
        assert browser.faults() == []


@pytest.mark.parametrize("name", NAMES)
def test_page_without_script(browser, pages, name):
    """Nothing that a person reads depends on a script."""
    visible = "return document.querySelector('main').innerText"
    browser.open(pages[name].as_uri())
    words = set(browser.run(visible).split())
    browser.open(pages[name].as_uri(), script=False)
    without = set(browser.run(visible).split())
    controls = words - without
    assert len(controls) < 40, sorted(controls)[:80]
    assert len(without) > 20


def test_hostile_names_do_nothing(browser, pages):
    """Names that are markup are shown as text, also when the table is searched and sorted."""
    browser.open(pages["report-hostile"].as_uri())
    assert "<script>window.attacked = 1</script>" in browser.run("return document.querySelector('main').textContent")
    for element in browser.run("return [...document.querySelectorAll('summary, th button')].slice(0, 200)"):
        browser.run("arguments[0].click()", element)
    assert browser.run("return window.attacked") is None
    assert browser.console() == []
