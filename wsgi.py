# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a server loads: `granian --interface wsgi wsgi:app`."""

from casework import create_app

app = create_app()
