// SPDX-License-Identifier: AGPL-3.0-or-later
// A page names the usual countries; the browser knows the names of the others by their codes,
// which come as a first letter followed by all its second ones.

const lang = document.documentElement.lang;
const names = new Intl.DisplayNames(lang, { type: "region" });

for (const list of document.querySelectorAll("[data-countries]")) {
  const shown = new Set([...list.options].map((one) => one.value));
  const others = list.dataset.countries
    .split(" ")
    .flatMap(([first, ...seconds]) => seconds.map((second) => first + second))
    .filter((code) => !shown.has(code))
    .map((code) => new Option(names.of(code), code))
    .sort((one, other) => one.text.localeCompare(other.text, lang));
  list.querySelector("[value=other]").replaceWith(...others);
}
