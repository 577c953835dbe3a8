// Makes an editor of every plain area of text that stands in a field with `data-editor`. The area stays the field of its
// form, in step with the editor, and stays usable where this script is not loaded.
import { defaultKeymap, history, historyKeymap, insertNewline } from "@codemirror/commands";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";
import { checked } from "./checked.js";
import { colours } from "./colours.js";
import { Keeper } from "./keeper.js";
import { SidePanel } from "./side_panel.js";
import { sql } from "./sql.js";

/** The editors on the page, each with what ends it. */
const editors = new Map();

/** Makes the editors, now and whenever the page shows other areas. */
export function start() {
  new MutationObserver(tidy).observe(document.body, { childList: true, subtree: true });
  tidy();
}

function tidy() {
  for (const [field, editor] of editors) {
    if (field.isConnected) continue;
    editors.delete(field);
    editor.end();
  }
  for (const field of document.querySelectorAll("[data-editor]")) {
    if (!editors.has(field)) editors.set(field, enhance(field));
  }
}

function enhance(field) {
  const area = field.querySelector("textarea");
  const label = field.querySelector("label");
  const panel = new SidePanel(field.querySelector(".editor-side"), (from, to) => select(view, from, to));
  const keeper = field.dataset.plan && new Keeper(field, () => area.value);
  const language = field.dataset.editor;

  // In a shadow root CodeMirror puts its styles into constructed style sheets, which a strict Content-Security-Policy
  // allows, and not into style elements, which it refuses.
  const host = document.createElement("div");
  host.className = "editor";
  const root = host.attachShadow({ mode: "open" });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      // What was typed before this script was there is in the area.
      doc: area.value,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        lintGutter(),
        search({ top: true }),
        colours(language),
        language === "sql" ? sql(field.dataset.editorModule, panel) : checked(language, panel),
        EditorState.readOnly.of(area.readOnly),
        EditorView.contentAttributes.of({
          "aria-label": label.textContent,
          tabindex: "0",
          spellcheck: "false",
          autocapitalize: "off",
        }),
        Prec.highest(EditorView.domEventHandlers({ beforeinput: typeOverSelection })),
        // Tab is not bound: it leaves the editor as it leaves every field. Enter makes a new line and nothing else, so
        // that what is kept is what was typed.
        keymap.of([
          { key: "Enter", run: insertNewline, shift: insertNewline },
          ...searchKeymap,
          ...lintKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          area.value = update.state.doc.toString();
          keeper?.changed();
        }),
      ],
    }),
  });
  const hadFocus = document.activeElement === area;
  area.hidden = true;
  area.after(host);
  field.classList.add("has-editor");
  label.addEventListener("click", () => view.focus());
  host.addEventListener("focusout", () => keeper?.flush());
  if (hadFocus) view.focus();
  const line = Number(field.dataset.line);
  if (line >= 1 && line <= view.state.doc.lines) select(view, view.state.doc.line(line).from, view.state.doc.line(line).to);
  return {
    end() {
      keeper?.end();
      view.destroy();
    },
  };
}

/**
 * Types over a selection. A browser that does so by itself joins the lines in its own way and keeps their style in
 * attributes, which the policy refuses.
 */
function typeOverSelection(event, view) {
  const { main } = view.state.selection;
  if (event.inputType !== "insertText" || !event.data || event.isComposing || main.empty || view.state.readOnly) return false;
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  event.preventDefault();
  return true;
}

/** Shows and marks a piece of the text. */
function select(view, from, to) {
  const last = view.state.doc.length;
  const selection = { anchor: Math.min(from, last), head: Math.min(to, last) };
  view.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: "center" }) });
  view.focus();
}
