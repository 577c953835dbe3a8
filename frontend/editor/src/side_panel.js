// What stands beside the editor: problems and the outline, each part a button that leads to its place.

/** More than that nobody reads at once. */
const N_PROBLEMS = 50;
const N_PARTS = 400;

export class SidePanel {
  constructor(panel, goTo) {
    this.panel = panel;
    this.goTo = goTo;
    this.status = panel.querySelector(".editor-problems [role=status]");
    this.problems = panel.querySelector(".editor-problems ul");
    this.outline = panel.querySelector(".editor-outline");
  }

  /** Shows what is wrong, each with line and column. */
  showProblems(problems) {
    this.panel.hidden = false;
    const { place, more } = this.problems.dataset;
    this.say(problems.length === 0 ? this.status.dataset.none : "");
    const lines = problems.slice(0, N_PROBLEMS).map(({ line, column, message, is_error, from, to }) => {
      const where = line < 1 ? "" : place.replace("{line}", line).replace("{column}", column);
      const button = this.button(where + message, from, to);
      button.className = is_error ? "is-error" : "is-remark";
      return item(button);
    });
    const n_more = problems.length - lines.length;
    if (n_more > 0) lines.push(item(more.replace("{n}", n_more)));
    this.problems.replaceChildren(...lines);
  }

  /** Says that the text could not be checked; what was found last would be wrong by now. */
  showUnchecked() {
    this.panel.hidden = false;
    this.say(this.status.dataset.unchecked);
    this.problems.replaceChildren();
  }

  /** Shows the parts under the titles of their clauses. */
  showOutline(outline) {
    if (!this.outline) return;
    this.outline.hidden = !outline;
    if (!outline) return;
    const head = this.button(outline.head, outline.from, outline.to);
    head.className = "editor-head";
    const items = [item(head)];
    let last;
    for (const { clause, label, from, to } of outline.parts.slice(0, N_PARTS)) {
      const button = this.button(label, from, to);
      if (clause === last) {
        items.push(item(button));
        continue;
      }
      last = clause;
      const title = document.createElement("span");
      title.className = "editor-clause";
      title.textContent = `${clause} `;
      items.push(item(title, button));
    }
    this.outline.querySelector("ul").replaceChildren(...items);
  }

  /** A status that says the same again would be read aloud again. */
  say(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  button(text, from, to) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", () => this.goTo(from, to));
    return button;
  }
}

function item(...content) {
  const item = document.createElement("li");
  item.append(...content);
  return item;
}
