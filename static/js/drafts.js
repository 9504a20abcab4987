// SPDX-License-Identifier: AGPL-3.0-or-later
// A form that names a draft address keeps itself there: two seconds after the last key, ten at
// most. The text never leaves the page for any other place, this device included.

const PAUSE = 2000;
const AT_MOST = 10000;
const KEPT_ALIVE = 60000; // bytes a browser carries on sending for a page that is gone
const FORM = "application/x-www-form-urlencoded;charset=UTF-8";

class Draft {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("[data-save-state]");
    this.due = 0;
    this.since = 0;
    this.changed = false;
    this.sending = null;
    this.way = null;
    this.left = false;
    form.addEventListener("input", () => this.touch());
    form.addEventListener("submit", () => this.leave());
    form.querySelector("[data-keep]")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.changed = true;
      this.save();
    });
  }

  // The form itself is on its way: a draft that came after it would outlive what it became.
  leave() {
    clearTimeout(this.due);
    this.changed = false;
    this.left = true;
    this.way?.abort();
  }

  touch() {
    const now = Date.now();
    this.left = false;
    if (!this.changed) this.since = now;
    this.changed = true;
    clearTimeout(this.due);
    this.due = setTimeout(() => this.save(), Math.max(0, Math.min(PAUSE, this.since + AT_MOST - now)));
  }

  // One post at a time; what was typed meanwhile goes with the next.
  async save(leaving = false) {
    if (!this.changed) return this.sending;
    if (this.sending) await this.sending;
    if (this.left) return;
    clearTimeout(this.due);
    this.changed = false;
    this.sending = this.post(leaving);
    await this.sending;
    this.sending = null;
  }

  async post(leaving) {
    this.say("saving");
    const body = new URLSearchParams(new FormData(this.form)).toString();
    const way = (this.way = new AbortController());
    try {
      const answer = await fetch(this.form.dataset.draft, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "Content-Type": FORM },
        // Only where the page goes: such a post cannot be taken back, and a long one is refused.
        keepalive: leaving && body.length < KEPT_ALIVE,
        redirect: "manual",
        signal: way.signal,
      });
      if (answer.ok) this.say("saved");
      else this.keep(answer.status === 413 ? "long" : answer.status >= 500 ? "failed" : "expired");
    } catch {
      if (!way.signal.aborted) this.keep("failed");
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
  const flush = (leaving) => Promise.allSettled(drafts.map((draft) => draft.save(leaving)));
  addEventListener("pagehide", () => flush(true));
  addEventListener("online", () => flush());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") flush(true);
  });
  return { flush: () => flush() };
}
