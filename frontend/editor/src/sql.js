// SQL: read by the same code as on the server, in a WebAssembly module of its own.
import { setDiagnostics } from "@codemirror/lint";
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin } from "@codemirror/view";
import init, { class_names, view as viewOf } from "ferry-sql";

/** How long after the last key a definition is read: less than anybody notices, more than between two quick keys. */
const PAUSE_MS = 60;

const setPieces = StateEffect.define();

/** The coloured pieces; they move with the text until the next ones come. */
const pieces = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setPieces)) return effect.value;
    return value.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** One mark for each class of pieces, by its number. */
let marks;

let loading;

/** Loads the module once for all editors of the page. */
function load(address) {
  loading ??= init({ module_or_path: address }).then(() => {
    marks = class_names().map((name) => Decoration.mark({ class: `sql-${name}` }));
  });
  return loading;
}

/** Reads a definition while it is typed, and shows colours, problems and outline. */
export function sql(address, panel) {
  const plugin = ViewPlugin.define((view) => {
    let timer;
    let gone = false;
    const read = () => {
      if (gone) return;
      const { doc } = view.state;
      const found = viewOf(doc.toString());
      const { pieces, problems, outline } = found;
      const ranges = [];
      for (let n = 0; n < pieces.length; n += 3) ranges.push(marks[pieces[n]].range(pieces[n + 1], pieces[n + 2]));
      const diagnostics = problems.map(({ from, to, message, is_error }) => {
        return { from, to, message, severity: is_error ? "error" : "warning" };
      });
      view.dispatch({ effects: setPieces.of(Decoration.set(ranges)) }, setDiagnostics(view.state, diagnostics));
      panel.showProblems(problems);
      panel.showOutline(outline);
      found.free();
    };
    // Without the module the definition is still edited, kept, and checked by the server.
    load(address).then(read, (error) => console.warn("the reader of SQL could not be loaded:", error));
    return {
      update(update) {
        if (!update.docChanged) return;
        clearTimeout(timer);
        timer = setTimeout(() => load(address).then(read, () => {}), PAUSE_MS);
      },
      destroy() {
        gone = true;
        clearTimeout(timer);
      },
    };
  });
  return [pieces, plugin];
}
