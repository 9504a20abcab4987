// SPDX-License-Identifier: AGPL-3.0-or-later
// What a page gains where scripts run. Everything works without: the veil is a form, a draft is a
// button, a day has its chips. No HTML is made from text, so Trusted Types has nothing to refuse.

import { keepDrafts } from "./drafts.js";
import { sayDays } from "./days.js";
import { watchIdleness } from "./idle.js";
import { readyVeil } from "./veil.js";

const drafts = keepDrafts();
const lock = readyVeil(drafts.flush);
watchIdleness(lock);
sayDays();
if (document.querySelector("[data-countries]")) import("./countries.js");

// A page kept by the browser may show what is closed since: ask the server again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// What went wrong is read first.
document.querySelector("[data-focus]")?.focus();

// The same form twice within five seconds is a double tap, not two records.
for (const form of document.querySelectorAll("form[method=post]")) {
  let sent = 0;
  form.addEventListener("submit", (event) => {
    if (event.timeStamp - sent < 5000 && sent) event.preventDefault();
    else sent = event.timeStamp;
  });
}

// Another language: what was typed goes along, as without scripts; an untouched page need not.
const isTyped = (one) =>
  one.options
    ? [...one.options].some((choice) => choice.selected !== choice.defaultSelected && choice.value)
    : one.checked !== one.defaultChecked || one.value !== one.defaultValue;
for (const way of document.querySelectorAll(".language-switch li button")) {
  way.addEventListener("click", (event) => {
    if (document.querySelector(".error-summary") || [...way.form.elements].some(isTyped)) return;
    event.preventDefault();
    location.assign(way.formAction);
  });
}

addEventListener("keydown", (event) => {
  const field = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field?.form) {
    field.form.requestSubmit();
  }
  const shortcuts = "shortcuts" in document.body.dataset;
  if (event.key === "/" && shortcuts && !field && !event.ctrlKey && !event.altKey) {
    const search = document.querySelector("[data-search]");
    if (search?.offsetParent) {
      event.preventDefault();
      search.focus();
    }
  }
});

// The connection, said only when it goes and when it comes back.
const strip = document.querySelector("[data-connection]");
for (const kind of ["offline", "online"]) {
  addEventListener(kind, () => {
    strip.textContent = strip.dataset[kind];
    strip.hidden = false;
  });
}

document.documentElement.dataset.ready = "";
