// SPDX-License-Identifier: AGPL-3.0-or-later
// A form that names a draft address keeps itself there: two seconds after the last key, ten at
// most. The text never leaves the page for any other place, this device included.

const PAUSE = 2000;
const AT_MOST = 10000;

class Draft {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("[data-save-state]");
    this.due = 0;
    this.since = 0;
    this.changed = false;
    this.sending = null;
    form.addEventListener("input", () => this.touch());
    form.addEventListener("submit", () => {
      clearTimeout(this.due);
      this.changed = false;
    });
    form.querySelector("[data-keep]")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.changed = true;
      this.save();
    });
  }

  touch() {
    const now = Date.now();
    if (!this.changed) this.since = now;
    this.changed = true;
    clearTimeout(this.due);
    this.due = setTimeout(() => this.save(), Math.max(0, Math.min(PAUSE, this.since + AT_MOST - now)));
  }

  // One post at a time; what was typed meanwhile goes with the next.
  async save() {
    if (!this.changed) return this.sending;
    if (this.sending) await this.sending;
    clearTimeout(this.due);
    this.changed = false;
    this.sending = this.post();
    await this.sending;
    this.sending = null;
  }

  async post() {
    this.say("saving");
    try {
      const answer = await fetch(this.form.dataset.draft, {
        method: "POST",
        body: new URLSearchParams(new FormData(this.form)),
        headers: { Accept: "application/json" },
        keepalive: true,
        redirect: "manual",
      });
      if (answer.ok) this.say("saved");
      else this.keep(answer.status >= 500 ? "failed" : "expired");
    } catch {
      this.keep("failed");
    }
  }

  // Not taken: it stays to be sent, with the next key or the next minute.
  keep(why) {
    this.changed = true;
    this.since = Date.now();
    this.say(why);
    clearTimeout(this.due);
    this.due = setTimeout(() => this.save(), 30000);
  }

  say(what) {
    if (!this.state) return;
    const hour = new Intl.DateTimeFormat("fr", { hour: "2-digit", minute: "2-digit" });
    this.state.dataset.now = what;
    this.state.textContent = this.state.dataset[what].replace("{hour}", hour.format(new Date()));
  }
}

export function keepDrafts() {
  const drafts = [...document.querySelectorAll("form[data-draft]")].map((form) => new Draft(form));
  const flush = () => Promise.allSettled(drafts.map((draft) => draft.save()));
  addEventListener("pagehide", flush);
  addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") flush();
  });
  return { flush };
}
