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
if (document.querySelector("[data-only]")) import("./only.js");

// A page kept by the browser may show what is closed since: ask the server again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// Paper cannot be opened: what is folded is printed whole.
let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll(".details-printed:not([open])")];
  for (const one of unfolded) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of unfolded) one.open = false;
});

// Of a row pushed aside, what is chosen shows.
document.querySelector(".chips-row [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

// What went wrong is read first.
document.querySelector("[data-focus]")?.focus();

// What the server would not take is not sent: the text is nowhere else. A file has its own limit.
const strip = document.querySelector("[data-connection]");
function announce(what) {
  strip.textContent = strip.dataset[what];
  strip.hidden = false;
}
addEventListener(
  "submit",
  (event) => {
    const { method, enctype } = event.target;
    if (method !== "post" || enctype === "multipart/form-data") return;
    const body = new URLSearchParams(new FormData(event.target));
    if (body.toString().length <= strip.dataset.largest) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    announce("tooLarge");
    strip.scrollIntoView({ block: "center" });
  },
  true,
);

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
});
// Single keys, where nothing is being typed: a way for quick hands, listed by `?`. Whoever dictates
// turns them off, on this device, as a spoken word is many keys (WCAG 2.1.4).

const TWO_WITHIN = 1500; // milliseconds
const KEPT = "casework-single-keys";

function areOff() {
  try {
    return localStorage.getItem(KEPT) === "off";
  } catch {
    return false; // a browser that keeps nothing
  }
}

function keep(off) {
  try {
    if (off) localStorage.setItem(KEPT, "off");
    else localStorage.removeItem(KEPT);
  } catch {
    // then for this page only
  }
}

function readyKeys() {
  if (!("shortcuts" in document.body.dataset)) return;
  const help = document.querySelector("[data-shortcut-help]");
  let off = areOff();
  let led = 0; // when `g` was pressed: the next key says where to go

  for (const choice of document.querySelectorAll("[data-single-keys]")) {
    const box = choice.querySelector("input");
    choice.hidden = false;
    box.checked = !off;
    box.addEventListener("change", () => keep((off = !box.checked)));
  }

  addEventListener("keydown", (event) => {
    const { key, target, timeStamp } = event;
    const field = target.closest?.("input, textarea, select, [contenteditable]");
    if (off || field || event.ctrlKey || event.altKey || event.metaKey) return;
    if (document.querySelector("dialog[open]")) return;
    const search = document.querySelector("[data-search]");
    const way = timeStamp - led < TWO_WITHIN && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    led = key === "g" ? timeStamp : led;
    if (key === "?") help?.showModal();
    else if (way) way.click();
    else if (key === "/" && search?.offsetParent) {
      event.preventDefault();
      search.focus();
    }
  });
}

readyKeys();

// The connection, said only when it goes and when it comes back.
for (const kind of ["offline", "online"]) addEventListener(kind, () => announce(kind));

document.documentElement.dataset.ready = "";
