// YAML and JSON: coloured here, checked by the console, which knows what a plan may say.
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { indentService } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { ViewPlugin } from "@codemirror/view";

/** How long after the last key the console is asked. */
const PAUSE_MS = 400;

/** Asks the console what is wrong with the text, a while after the last key and never twice at once. */
export function checked(language, panel) {
  const checker = ViewPlugin.define((view) => {
    let timer;
    let running;
    const check = async () => {
      running?.abort();
      running = new AbortController();
      const { doc } = view.state;
      try {
        const problems = await ask(language, doc.toString(), running.signal);
        if (view.state.doc !== doc) return;
        const placed = problems.map((problem) => ({ ...problem, is_error: true, ...place(doc, problem) }));
        const diagnostics = placed.map(({ from, to, message }) => ({ from, to, message, severity: "error" }));
        view.dispatch(setDiagnostics(view.state, diagnostics));
        panel.showProblems(placed);
      } catch (error) {
        if (error.name !== "AbortError") panel.showUnchecked();
      }
    };
    timer = setTimeout(check);
    return {
      update(update) {
        if (!update.docChanged) return;
        clearTimeout(timer);
        timer = setTimeout(check, PAUSE_MS);
      },
      destroy() {
        clearTimeout(timer);
        running?.abort();
      },
    };
  });
  return [language === "json" ? json() : yaml(), indentService.of(() => null), checker];
}

async function ask(language, text, signal) {
  const body = new URLSearchParams({ language, text });
  const answer = await fetch("/api/check_text", { method: "POST", body, signal });
  if (!answer.ok) throw new Error(`the console answered with ${answer.status}`);
  return answer.json();
}

/** From the place of a problem to the end of its line; the whole text where it has no place. */
function place(doc, { line, column }) {
  if (line < 1) return { from: 0, to: 0 };
  const at = doc.line(Math.min(line, doc.lines));
  // Columns count characters, the editor counts UTF-16 units.
  const before = [...at.text].slice(0, Math.max(column - 1, 0)).join("").length;
  return { from: at.from + before, to: at.to };
}
