# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ceilings of law 114-13, and the year without turnover."""

import pytest

from casework.business.ceilings import warning


@pytest.mark.parametrize(
    ("form", "sector", "band", "says"),
    [("AE", "G", "T200", None), ("AE", "G", "T500", "Proche"), ("AE", "G", "MORE", "500"),
     ("AE", "J", "T100", None), ("AE", "J", "T200", "Proche"), ("AE", "J", "T500", "200"),
     ("AE", None, "T500", None), ("AE", None, "MORE", "500"), ("AE", "J", "NONE", "radie"),
     ("SARL", "J", "MORE", None), ("AE", "J", None, None), ("AE", "J", "PNS", None)],
)  # fmt: skip
def test_an_auto_entrepreneur_is_warned_in_time(app, form, sector, band, says):
    with app.test_request_context():
        said = warning(form, sector, band)
    assert said is None if says is None else says in str(said)
