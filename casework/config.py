# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every setting once: name, type, default, explanation.

The environment (`CASEWORK_NAME`) wins over `config.toml` in the instance folder, which wins
over the default. An unknown setting in the file refuses the start: a typing error must not
become a silent default.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .i18n import _, _l

ROOT = Path(__file__).parent.parent


class SettingError(Exception):
    """A setting is unknown or not of its type; the sentence says which."""


DATABASE = re.compile(r"(sqlite|postgresql\+psycopg)://")
WRONG = {
    int: _l("The setting %(name)s is not a whole number."),
    bool: _l("The setting %(name)s is neither true nor false."),
    Path: _l("The setting %(name)s is not the name of a file."),
}


@dataclass(frozen=True)
class Setting:
    """One thing an installation may decide."""

    name: str
    kind: type
    default: Any
    why: str
    least: int = 1


SETTINGS = (
    Setting("product_name", str, "Sanad", "The name shown on screen."),
    Setting("database_url", str, "", "Where the main database is; empty: SQLite in the instance."),
    Setting(
        "machine_key", Path, None,
        "The file of 32 bytes that opens the machine slot; outside the instance, mode 0400.",
    ),
    Setting("vault", str, "all", "Which domain this process opens: `all`, or `office` to count."),
    Setting("planned_people", int, 20_000, "People expected in all; sets the width of tokens."),
    Setting("idle_minutes", int, 10, "Minutes without a touch before a post locks."),
    Setting("shared_idle_minutes", int, 5, "The same on a post marked shared."),
    Setting("session_hours", int, 10, "Hours after which one must sign in again."),
    Setting("password_memory_kib", int, 47_104, "Memory of the password hash, in KiB.", least=8),
    Setting("password_rounds", int, 2, "Rounds of the password hash."),
    Setting("trusted_proxy", bool, False, "True behind a proxy that speaks HTTPS for us."),
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """The settings in force, and the instance folder they belong to."""

    instance: Path
    values: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def database_url(self) -> str:
        return self.values["database_url"] or f"sqlite:///{self.instance / 'casework.db'}"

    @property
    def machine_key(self) -> Path:
        return self.values["machine_key"] or _default_machine_key(self.instance)


def load(
    instance: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Read the settings. Raises SettingError with a sentence that names the setting."""
    environ = os.environ if environ is None else environ
    folder = Path(instance or environ.get("CASEWORK_INSTANCE") or ROOT / "instance").absolute()
    chosen = {**_from_file(folder / "config.toml"), **_from_environment(environ)}
    chosen.update(overrides or {})
    known = {setting.name: setting for setting in SETTINGS}
    for name in chosen:
        if name not in known:
            raise SettingError(_("There is no setting %(name)s.", name=name))
    values = {
        name: _convert(setting, chosen[name]) if name in chosen else setting.default
        for name, setting in known.items()
    }
    if values["database_url"] and not DATABASE.match(values["database_url"]):
        raise SettingError(
            _("The setting database_url begins neither with sqlite:// nor postgresql+psycopg://.")
        )
    return Settings(folder, values)


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # not TOML, or not even UTF-8
        sentence = _("The file config.toml of the instance cannot be read.")
        raise SettingError(sentence) from error


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    found = {setting.name: environ.get(f"CASEWORK_{setting.name.upper()}") for setting in SETTINGS}
    return {name: value for name, value in found.items() if value is not None}


def _convert(setting: Setting, value: Any) -> Any:
    try:
        if setting.kind is bool and isinstance(value, str):
            return {"1": True, "true": True, "0": False, "false": False}[value.lower()]
        if setting.kind is int:
            return _whole(setting, value)
        return value if value is None else setting.kind(value)
    except (KeyError, ValueError, TypeError) as error:
        raise SettingError(str(WRONG[setting.kind]) % {"name": setting.name}) from error


def _whole(setting: Setting, value: Any) -> int:
    """A number that is not rounded on the way, and large enough to mean something."""
    if not isinstance(value, int | str) or isinstance(value, bool):
        raise TypeError(value)
    if int(value) < setting.least:
        sentence = _("The setting %(name)s is at least %(least)s.",
                     name=setting.name, least=setting.least)  # fmt: skip
        raise SettingError(sentence)
    return int(value)


def _default_machine_key(instance: Path) -> Path:
    """Outside the instance, so that a copy of the instance alone opens nothing."""
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    name = str(instance).strip("/").replace("/", "-")
    return home / "casework" / f"{name}.machine-key"
