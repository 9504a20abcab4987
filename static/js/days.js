// SPDX-License-Identifier: AGPL-3.0-or-later
// A native date shows figures in the browser's own order; beside it stands the day in words.

const LOCALES = { fr: "fr", ar: "ar-MA-u-nu-latn", en: "en-GB" };

export function sayDays() {
  const isFrench = document.documentElement.lang === "fr";
  const words = new Intl.DateTimeFormat(LOCALES[document.documentElement.lang] ?? "fr", {
    dateStyle: "full",
    timeZone: "UTC",
  });
  for (const said of document.querySelectorAll("[data-day-in-words]")) {
    const field = said.parentElement.querySelector("input[type=date]");
    field.addEventListener("input", () => {
      const day = field.valueAsDate ? words.format(field.valueAsDate) : "";
      said.textContent = isFrench ? day.replace(/ 1 /, " 1er ") : day;
    });
  }
}
