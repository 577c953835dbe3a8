// Keeps what is typed in the person's draft on the server, by itself: a while after the last key, when the editor loses
// the focus, and before a link or another form leaves the page. It never makes a revision.

/** How long after the last key the draft is kept. */
const PAUSE_MS = 1_500;

/** How long after a failure it is tried again. */
const AGAIN_MS = 5_000;

/** What a request may hold that outlives its page (fetch, keepalive), with room for its other fields. */
const LONGEST_LAST_BODY = 60_000;

export class Keeper {
  constructor(field, text) {
    this.field = field;
    this.text = text;
    this.status = field.querySelector(".editor-kept");
    this.form = field.closest("form");
    this.known = field.dataset.known;
    this.stamp = "";
    this.kept = text();
    // A browser may bring back what was typed before a reload.
    if (this.kept !== field.querySelector("textarea").defaultValue) this.kept = undefined;
    this.status.hidden = false;
    this.form?.classList.add("keeps-itself");
    if (field.dataset.keptAt) this.say("kept", { time: clock(new Date(Number(field.dataset.keptAt))) });
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("click", (event) => this.beforeLink(event), { capture: true, signal });
    document.addEventListener("submit", (event) => this.beforeSubmit(event), { capture: true, signal });
    addEventListener("pagehide", () => this.last(), { signal });
    addEventListener("beforeunload", (event) => this.isBeyondHelp() && event.preventDefault(), { signal });
    if (this.isDirty()) this.changed();
  }

  isDirty() {
    return this.text() !== this.kept;
  }

  /** The text has changed: it is kept when nothing more is typed for a while. */
  changed() {
    clearTimeout(this.timer);
    if (!this.isDirty()) return;
    if (!this.failed) this.say("typing");
    this.timer = setTimeout(() => this.flush(), this.failed ? AGAIN_MS : PAUSE_MS);
  }

  /** Keeps the text now; gives whether everything typed is kept. */
  async flush() {
    clearTimeout(this.timer);
    while (this.isDirty() || this.running) {
      this.running ??= this.keep().finally(() => (this.running = undefined));
      if (!(await this.running)) {
        clearTimeout(this.timer);
        if (this.mayTryAgain) this.timer = setTimeout(() => this.flush(), AGAIN_MS);
        return false;
      }
    }
    return true;
  }

  async keep() {
    const text = this.text();
    this.say("keeping");
    this.failed = true;
    this.mayTryAgain = true;
    try {
      const answer = await fetch("/api/plan_keep", { method: "POST", body: this.body(text) });
      if (answer.status === 401) return this.say("signedOut");
      if (!answer.ok) return this.say("unreachable");
      const { kept, refused } = await answer.json();
      if (refused) {
        this.mayTryAgain = false;
        return this.say("notKept", refused);
      }
      Object.assign(this, { known: kept.digest, stamp: kept.stamp, kept: text, failed: false });
    } catch {
      return this.say("unreachable");
    }
    this.say("kept", { time: clock(new Date()) });
    // The page shows the draft above the editor.
    dispatchEvent(new Event("ferry-kept"));
    return true;
  }

  body(text) {
    const { plan: id, step } = this.field.dataset;
    // Line ends as a form sends them.
    const body = new URLSearchParams({ id, text: text.replace(/\n/g, "\r\n"), known: this.known, stamp: this.stamp });
    if (step) body.set("step", step);
    return body;
  }

  /** A link that leaves the text behind waits until it is kept; where that fails, the second click goes all the same. */
  async beforeLink(event) {
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement && node.href);
    const opensHere = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !link?.download;
    if (!link || !opensHere || link.target === "_blank") return;
    await this.before(event, () => link.click());
  }

  /** Another form of the page, such as undo or save, is sent when the text is kept. Discarding keeps nothing first. */
  async beforeSubmit(event) {
    if (event.target === this.form) {
      // The form itself brings the text.
      this.stop();
    } else if (event.submitter?.value === "discard") {
      event.stopImmediatePropagation();
      event.preventDefault();
      // What is on its way would begin the draft anew.
      this.stop();
      await Promise.all([this.running, endOfEvent()]);
      event.target.requestSubmit(event.submitter);
    } else {
      await this.before(event, () => event.target.requestSubmit(event.submitter));
    }
  }

  async before(event, again) {
    if (this.isLetGo || (!this.isDirty() && !this.running)) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    const [isKept] = await Promise.all([this.flush(), endOfEvent()]);
    if (isKept) again();
    this.isLetGo = !isKept;
  }

  /** From here on the text is nobody's concern. */
  stop() {
    clearTimeout(this.timer);
    this.listening.abort();
    this.isStopped = true;
  }

  /** Whether leaving would lose something: it could not be kept, or is too long for a last request. */
  isBeyondHelp() {
    return this.isDirty() && !this.isLetGo && (this.failed || `${this.body(this.text())}`.length > LONGEST_LAST_BODY);
  }

  /** The page goes away. */
  last() {
    const body = this.body(this.text());
    if (!this.isDirty() || this.running || `${body}`.length > LONGEST_LAST_BODY) return;
    fetch("/api/plan_keep", { method: "POST", body, keepalive: true }).catch(() => {});
  }

  /** The editor has left the page. */
  end() {
    const isStopped = this.isStopped;
    this.stop();
    if (!isStopped) this.flush();
  }

  say(what, filled = {}) {
    const text = Object.entries(filled).reduce(
      (text, [name, value]) => text.replace(`{${name}}`, value),
      this.status.dataset[what],
    );
    if (this.status.textContent !== text) this.status.textContent = text;
    this.status.classList.toggle("is-bad", what === "notKept" || what === "unreachable" || what === "signedOut");
    return false;
  }
}

/** A form cannot be sent again before the event of its sending is over. */
function endOfEvent() {
  return new Promise((resolve) => setTimeout(resolve));
}

function clock(time) {
  return time.toLocaleTimeString("en-GB");
}
