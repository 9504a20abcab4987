# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words of a page that hold codes, numbers, and writing of both directions.

Each part of a line keeps its own direction, and what is copied or typed stays in one piece,
written from the left. The isolates are letters, never an element around them: an element that
guesses its direction does not look inside an isolate, and would take every line for a Latin one.
"""

import re
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from casework.i18n import isolated

# A public code with or without the letter of its kind; a phone number; years from one to another; a
# command to type.
WHOLE = re.compile(
    r"(?<![\w-])(?:[A-Z]-)?[0-9A-Z]{5}-[0-9A-Z](?![\w-])|\+?\d(?:[ .]?\d){7,}"
    r"|\b\d{4}–\d{4}\b|\bcasework [a-z]+ [a-z]+\b"
)


def in_pieces(words: Any) -> Markup:
    """Words with each code and phone number in them in one piece. Markup is left as it is."""
    if hasattr(words, "__html__"):
        return Markup(words)  # noqa: S704 (it is markup already)
    text = str(escape(words))
    return Markup(WHOLE.sub(r'<span class="whole">\g<0></span>', text))  # noqa: S704 (escaped)


def as_line(*parts: Any) -> Markup:
    """Parts beside one another as a page shows them; what is empty is left out.

    A part that was joined already keeps its own order.
    """
    return Markup(" · ").join([_isolated(part) for part in parts if part or part == 0])


def _isolated(part: Any) -> Markup:
    return Markup(isolated(in_pieces(part)))  # noqa: S704 (escaped above)


def init_app(app: Flask) -> None:
    for made in (in_pieces, as_line):
        app.jinja_env.globals[made.__name__] = made
