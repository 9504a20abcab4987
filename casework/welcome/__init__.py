# SPDX-License-Identifier: AGPL-3.0-or-later
"""Welcome: who is invited to an event, the slip shown at its door, what guests thought of it.

Words: an *invitation* is somebody, or an organisation that has not said whom it sends; a *slip*
is a code to scan that says nothing by itself; a *survey* is the form of one event that anybody
with its address may answer, an *opinion* is one answer, of nobody.

What it hides: that an invitation becomes a line of the attendance list only when it is put there
or its slip is scanned; how a slip is found again without being kept; why results wait.
"""

from .actions import answer, invite, put_on_list
from .opinions import give, open_survey

__all__ = ["answer", "give", "invite", "open_survey", "put_on_list"]
