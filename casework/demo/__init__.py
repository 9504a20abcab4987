# SPDX-License-Identifier: AGPL-3.0-or-later
"""A fictional programme to look at: everyone invented, the published figures exact.

It goes through the product's own verbs, as the colleague who would have done it, in batches with
one trace each. `programme` is the plan, `names` the names, `filling` the doing.
"""

from .filling import PASSWORD, SIGN_INS, fill

__all__ = ["PASSWORD", "SIGN_INS", "fill"]
