// How the editor looks: the design's tokens, which reach into the shadow root, in both themes.
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const theme = EditorView.theme({
  "&": {
    maxHeight: "70vh",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius)",
    background: "var(--surface)",
    color: "var(--text)",
  },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-1px" },
  ".cm-scroller": { font: "13px/20px var(--mono)", overflow: "auto" },
  ".cm-content": { caretColor: "var(--text)", minHeight: "120px", padding: "8px 0" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { background: "var(--sunken)", color: "var(--quiet)", border: "none" },
  "& > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { background: "var(--accent-soft)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { background: "var(--accent-soft)" },
  ".cm-searchMatch": { background: "var(--risk-soft)", outline: "1px solid var(--risk)" },
  ".cm-searchMatch-selected": { background: "var(--accent-soft)", outline: "1px solid var(--accent)" },
  ".cm-selectionMatch": { background: "var(--sunken)" },
  ".cm-tooltip, .cm-panels": {
    background: "var(--surface)",
    color: "var(--text)",
    border: "1px solid var(--line-strong)",
    font: "14px/20px var(--sans)",
  },
  ".cm-tooltip": { boxShadow: "var(--shadow)", borderRadius: "var(--radius)" },
  ".cm-panels.cm-panels-top": { borderWidth: "0 0 1px" },
  ".cm-panel.cm-search": { padding: "8px 32px 8px 8px" },
  ".cm-panel.cm-search label": { fontSize: "14px" },
  ".cm-panel.cm-search [name=close]": { color: "var(--text)", fontSize: "20px" },
  ".cm-textfield, .cm-button": {
    padding: "2px 8px",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius)",
    background: "var(--page)",
    color: "var(--text)",
    font: "14px/20px var(--sans)",
  },
  ".cm-diagnostic": { font: "14px/20px var(--sans)", whiteSpace: "normal", maxWidth: "60ch" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--blocks)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--risk)" },
  ".cm-lintRange-error": { backgroundImage: "none", borderBottom: "2px solid var(--blocks)" },
  ".cm-lintRange-warning": { backgroundImage: "none", borderBottom: "2px dotted var(--risk)" },
  ".cm-lintPoint::after": { borderBottomColor: "var(--blocks)" },
  ".sql-keyword": { color: "var(--accent)", fontWeight: "600" },
  ".sql-type, .sql-function": { color: "var(--risk)" },
  ".sql-string, .sql-number": { color: "var(--done)" },
  ".sql-comment": { color: "var(--quiet)", fontStyle: "italic" },
  ".sql-template": { background: "var(--risk-soft)", color: "var(--risk)" },
  ".sql-error": { color: "var(--blocks)" },
});

/** The same colours for what CodeMirror reads itself. */
const style = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName), tags.keyword], color: "var(--accent)" },
  { tag: [tags.string, tags.special(tags.string), tags.number, tags.bool, tags.null], color: "var(--done)" },
  { tag: [tags.typeName, tags.labelName], color: "var(--risk)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: tags.invalid, color: "var(--blocks)" },
]);

export function colours(language) {
  return language === "sql" ? theme : [theme, syntaxHighlighting(style)];
}
