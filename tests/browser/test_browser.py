"""The browser itself: that what the other tests rely on is there. Not for pages of ours."""

from pathlib import Path

from playwright.async_api import Browser

ROOT = Path(__file__).resolve().parents[2]


async def test_the_vendored_htmx_and_its_socket_extension_load_in_the_browser(browser: Browser) -> None:
    page = await browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.set_content("<!doctype html><title>t</title><p>亲，您好</p>")
    for name in ("htmx.min.js", "hx-ws.min.js"):
        await page.add_script_tag(path=ROOT / "web_sidebar/static/vendor" / name)
    assert await page.evaluate("htmx.version") == "4.0.1"
    assert complaints == []
    await page.close()


async def test_axe_finds_a_picture_without_words(browser: Browser) -> None:
    page = await browser.new_page()
    await page.set_content("<!doctype html><html lang='zh-CN'><title>t</title><main><img src='data:,'></main>")
    await page.add_script_tag(path=ROOT / "tests/browser/vendor/axe.min.js")
    found = await page.evaluate("axe.run().then(result => result.violations.map(each => each.id))")
    assert "image-alt" in found
    await page.close()


async def test_chinese_letters_are_drawn_and_not_boxes(browser: Browser) -> None:
    page = await browser.new_page()
    await page.set_content("<span id=a style='font:32px sans-serif'>亲</span>")
    different = await page.evaluate(
        """() => {
          const draw = text => {
            const canvas = document.createElement('canvas');
            const pen = canvas.getContext('2d');
            pen.font = '32px sans-serif';
            pen.fillText(text, 0, 32);
            return canvas.toDataURL();
          };
          return draw('亲') !== draw('款');
        }"""
    )
    assert different, "no font with Chinese letters: apt-get install fonts-noto-cjk"
    await page.close()
