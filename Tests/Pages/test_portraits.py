"""What the names give away, whatever framework they are for."""

import pytest
from conftest import SCENES, decant

CHECKPOINT = next(path for path in SCENES.glob("model.ckpt-*") if path.suffix != ".meta")
VOCABULARY = SCENES / "word_counts.txt"
CONVERSIONS = {"pytorch": "safetensors", "keras": "h5"}


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Reports on the scenes model under the names of other frameworks."""
    folder = tmp_path_factory.mktemp("portraits")
    made = {}
    for names, ending in CONVERSIONS.items():
        converted = folder / f"{names}.{ending}"
        decant("convert", CHECKPOINT, "--names", names, "--vocab", VOCABULARY, "-o", converted)
        made[names] = folder / f"{names}.html"
        decant("report", converted, "-o", made[names])
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 800, 1400])
@pytest.mark.parametrize("names", CONVERSIONS)
def test_portraits(browser, reports, names, width, scheme):
    """Kernels, normalization, gates with their forget bias and nearest words are there, as for the original."""
    browser.open(reports[names].as_uri(), width=width, scheme=scheme)
    assert browser.run("return document.querySelectorAll('.kernels img').length") == 32
    sections = browser.run("return [...document.querySelectorAll('main > section')].map(part => part.id)")
    for part in ["kernels", "normalization", "cells", "words"]:
        assert f"portrait-{part}" in sections
    text = browser.run("return document.querySelector('main').textContent")
    assert "forget" in text and "Nearest words" in text
    assert len(browser.run("return [...document.querySelectorAll('ul.nearest li')]")) > 5
    assert browser.console() == []
    assert browser.run("return document.documentElement.scrollWidth - innerWidth") <= 0
    browser.screenshot(f"portraits-{names}-{width}-{scheme}")
    if width == 800:
        assert browser.faults() == []
