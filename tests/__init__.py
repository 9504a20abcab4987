# SPDX-License-Identifier: AGPL-3.0-or-later
"""The suite mirrors the rooms: one folder each, one file per behaviour."""
