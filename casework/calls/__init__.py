# SPDX-License-Identifier: AGPL-3.0-or-later
"""Calls for applications: whom a hub looks for, who answers, who reads, and what is decided.

Words: a Call says whom a hub looks for and until when; an Application is a person's answer to it; a
Review is one reader's scores for it, on a copy she was handed. Hides how they are sealed, what a
reader may see and when, and how scores become a ranking. Nothing here refuses anybody by itself.

`told_of(person)` gives her applications for her line of days.
`my_hub` and `readers_at` say at which hub one offers something, and which colleagues there may
take part in it. `forms` has the lines that what a hub offers shares.
"""

from . import forms as forms
from .models import Application, Call, Review, selected
from .timeline import told_of
from .views import my_hub, readers_at

__all__ = ["Application", "Call", "Review", "my_hub", "readers_at", "selected", "told_of"]
