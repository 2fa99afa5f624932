"""The colours of the pages can be read, on light ground and on dark."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "web_sidebar/static/css/tokens.css"
TEXT = TOKENS.read_text(encoding="utf-8")


def colours(scheme: str) -> dict[str, str]:
    """Name to colour, of `light` or `dark`."""
    return dict(re.findall(rf"--([\w-]+): [^;]*?var\(--{scheme}, (#[0-9a-f]{{6}})\)", TEXT))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


READ = [
    (ink, ground)
    for ink in ("ink", "mute", "brand", "warn", "bad", "ok", "violet")
    for ground in ("bg", "card", "sunk")
]
READ += [("ink", "bubble"), ("on-brand", "brand"), ("on-brand", "brand-hover"), ("card", "warn")]
READ += [(tone, f"{tone}-soft") for tone in ("brand", "warn", "bad", "ok", "violet")]
READ += [(ink, ground) for ink in ("mute", "bad", "warn") for ground in ("warn-soft", "brand-soft")]
READ += [("ink", ground) for ground in ("warn-soft", "bad-soft", "brand-soft")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_colour_reads_at_four_and_a_half_to_one(scheme: str) -> None:
    found = colours(scheme)
    low = {(ink, ground): round(contrast(found[ink], found[ground]), 2) for ink, ground in READ}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_of_fields_and_buttons_stand_out_three_to_one(scheme: str) -> None:
    found = colours(scheme)
    for ground in ("bg", "card"):
        assert contrast(found["edge"], found[ground]) >= 3, ground


def test_dark_is_the_same_whether_chosen_or_preferred() -> None:
    preferred, chosen = re.findall(r":root(?:\[data-theme=dark\]|:not\(\[data-theme=light\]\)) \{(.*?)\}", TEXT)
    assert preferred == chosen == " color-scheme: dark; --light: ; --dark: initial; "
    assert colours("light").keys() == colours("dark").keys()
