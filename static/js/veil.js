// SPDX-License-Identifier: AGPL-3.0-or-later
// The veil: a blank page over everything, at once, and the post locked on the server. Nothing is
// cleared and nobody is signed out. One touch asks for the password and leads back here, to the
// same form with the same text: a form sent to a locked post is held by the server, not done.

const THREE_WITHIN = 1000; // milliseconds

export function readyVeil(flush) {
  const form = document.querySelector("[data-hide]");
  const presses = [];
  let veil = null;
  let locked = false;
  // The form being filled in: the one last touched, or the one shown again with its errors.
  let written = document.querySelector(".error-summary ~ form[method=post]");
  addEventListener("input", ({ target }) => {
    if (target.form?.method === "post" && target.closest("main")) written = target.form;
  });

  function comeBack() {
    if (locked && written) written.submit();
    else location.replace(location.href);
  }

  function hide() {
    if (veil) return;
    veil = document.createElement("dialog");
    veil.className = "veil";
    veil.setAttribute("aria-label", "…");
    const way = document.createElement("button");
    way.type = "button";
    way.setAttribute("aria-label", "…");
    way.addEventListener("click", comeBack);
    veil.append(way);
    // Escape must not lift it.
    veil.addEventListener("cancel", (event) => event.preventDefault());
    document.title = "…";
    document.body.append(veil);
    veil.showModal();
    // What was being written goes first: a locked post takes nothing any more.
    flush().finally(lock);
  }

  function lock() {
    if (!form) return Promise.resolve();
    const body = new URLSearchParams(new FormData(form));
    return fetch(form.action, { method: "POST", body, keepalive: true, redirect: "manual" }).then(
      (answer) => {
        locked = answer.ok;
      },
      () => navigator.sendBeacon(form.action, body),
    );
  }

  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    hide();
  });

  // Shift alone, three times; a capital letter in between starts the count again.
  addEventListener("keydown", (event) => {
    if (event.key !== "Shift") presses.length = 0;
  });
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift") return;
    presses.push(event.timeStamp);
    if (presses.length > 3) presses.shift();
    if (presses.length === 3 && presses[2] - presses[0] <= THREE_WITHIN) hide();
  });

  return hide;
}
