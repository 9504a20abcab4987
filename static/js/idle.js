// SPDX-License-Identifier: AGPL-3.0-or-later
// A post nobody touches locks: the server decides, the page warns two minutes before. Every open
// page of ours counts as one, so that reading in one does not lock another.

const WARNING = 120; // seconds before the lock
const SAY_AGAIN = 60; // seconds between two signs of life sent to the server

export function watchIdleness(lock) {
  const { idle, extend } = document.body.dataset;
  const dialog = document.querySelector("[data-idle-warning]");
  if (!Number(idle) || !dialog) return;

  const limit = Number(idle);
  const others = "BroadcastChannel" in window ? new BroadcastChannel("casework") : null;
  let touched = Date.now();
  let told = Date.now();

  function alive() {
    touched = Date.now();
    if (dialog.open) dialog.close();
  }

  function tell() {
    told = Date.now();
    others?.postMessage("alive");
    if (extend) fetch(extend, { method: "GET", cache: "no-store" }).catch(() => {});
  }

  function touch() {
    if (dialog.open) return; // only the button answers the warning
    touched = Date.now();
    if (touched - told > SAY_AGAIN * 1000) tell();
  }

  function look() {
    const idleFor = (Date.now() - touched) / 1000;
    if (idleFor >= limit) lock();
    else if (idleFor >= limit - WARNING && !dialog.open) dialog.showModal();
  }

  for (const kind of ["pointerdown", "keydown", "scroll"]) {
    addEventListener(kind, touch, { passive: true });
  }
  others?.addEventListener("message", alive);
  dialog.querySelector("[data-stay]").addEventListener("click", () => {
    alive();
    tell();
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    alive();
    tell();
  });
  setInterval(look, 1000);
}
