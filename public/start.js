// Starts the WebAssembly part of the page. The page itself holds no script: what the server already knows stands
// in a data block, and this file hands it to Leptos under the names that Leptos reads while it takes over.
const block = document.getElementById("ferry-state");
if (block) {
  const state = JSON.parse(block.textContent);
  const resolved = [];
  for (const [id, text] of state.resources) resolved[id] = text;
  globalThis.__RESOLVED_RESOURCES = resolved;
  globalThis.__SERIALIZED_ERRORS = state.errors;
  globalThis.__PENDING_RESOURCES = [];
  globalThis.__RESOURCE_RESOLVERS = [];
  globalThis.__INCOMPLETE_CHUNKS = state.incomplete;

  const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
  const ferry = await import(js);
  await ferry.default({ module_or_path: wasm });
  ferry.hydrate();
}

// A file that is chosen is read here, into the text field that the input names.
document.addEventListener("change", async ({ target }) => {
  const into = target.dataset?.textInto && document.getElementById(target.dataset.textInto);
  if (into && target.files[0]) into.value = await target.files[0].text();
});

// Copies the text of what a button names.
document.addEventListener("click", ({ target }) => {
  const of = target.dataset?.copy && document.getElementById(target.dataset.copy);
  if (of) navigator.clipboard.writeText(of.textContent.trim());
});

// Where a text can be edited, the editor is loaded and makes more of the plain area of text.
const areas = new MutationObserver(loadEditor);
areas.observe(document.body, { childList: true, subtree: true });
loadEditor();

async function loadEditor() {
  const address = document.querySelector("[data-editor-script]")?.dataset.editorScript;
  if (!address) return;
  areas.disconnect();
  const { start } = await import(address);
  start();
}
