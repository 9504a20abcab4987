# SPDX-License-Identifier: AGPL-3.0-or-later
"""Casework: files nobody can steal, figures anybody can check.

`create_app` is the only place that knows every room.
"""
