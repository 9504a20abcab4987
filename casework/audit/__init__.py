# SPDX-License-Identifier: AGPL-3.0-or-later
"""The trail: what was done, by whom, said before it is done and hard to rewrite.

What it hides: sealed lines, hash chain per process, signatures per batch, seals over all lanes,
the group-commit writer, and a database and a commit of its own.

Its words: a *trace* is durable before the act, its *mark* takes the outcome; to *attest* is to
name the envelopes a transaction seals. Lines hold codes and ids, never names, words or addresses.
"""

from .trail import Mark, Trail, attest, speaking, trace
from .verification import Report, spoken, verify

__all__ = ["Mark", "Report", "Trail", "attest", "speaking", "spoken", "trace", "verify"]
