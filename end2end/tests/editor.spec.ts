import type { Locator, Page } from "@playwright/test";
import { expectToFit, violations } from "./support/axe";
import { Demo } from "./support/ferry";
import { expect, NAME, open, openMigration, PASSWORD, signIn, takenOver, test, welcome } from "./support/page";

let demo: Demo;
let plan: string;
let step: string;
let definition: string;

test.describe.configure({ mode: "serial", timeout: 600_000 });

test.beforeAll(async () => {
  demo = await Demo.start({ scale: 0.001 });
});

test.afterAll(async () => {
  await demo?.stop();
});

// What the policy refuses reaches the console, and with it every test's check that nothing is said there.
test.beforeEach(async ({ page }) => {
  await page.addInitScript(() =>
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
      console.error(`refused by the policy: ${violatedDirective} ${blockedURI}`),
    ),
  );
});

function editorOf(page: Page): Locator {
  return page.locator(".editor .cm-content");
}

function statusOf(page: Page): Locator {
  return page.locator(".editor-kept");
}

async function openDefinition(page: Page): Promise<Locator> {
  await signIn(page, demo);
  await open(page, `${plan}?step=${step}`);
  await expect(editorOf(page)).toBeVisible();
  return editorOf(page);
}

async function replaceAll(page: Page, text: string): Promise<void> {
  await editorOf(page).focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
}

async function discard(page: Page): Promise<void> {
  await page.locator("#draft-discard").click();
  await expect(page.locator(".draft-bar")).toHaveCount(0);
  await takenOver(page);
}

test("a definition is coloured, outlined and checked while it is typed, without a question to the server", async ({
  page,
}) => {
  await welcome(page, demo);
  await openMigration(page);
  plan = new URL(page.url()).origin + new URL(page.url()).pathname;
  await page.goto(`${plan}?q=${encodeURIComponent("create view")}`);
  step = (await page.locator("#plan-rows tr[data-step]").first().getAttribute("data-step"))!;
  await open(page, `${plan}?step=${step}`);
  const editor = editorOf(page);
  await expect(editor).toBeVisible();
  await expect(page.locator("#definition")).toBeHidden();
  definition = await page.locator("#definition").inputValue();
  expect(definition).toMatch(/^CREATE VIEW /);
  await expect(editor.locator(".sql-keyword").first()).toHaveText("CREATE");
  const problems = page.getByRole("region", { name: "Problems" });
  await expect(problems).toContainText("No problems found.");
  const outline = page.getByRole("navigation", { name: "Outline" });
  await expect(outline.getByRole("button").first()).toHaveText(/^VIEW /);
  await expect(outline.getByText("FROM", { exact: true })).toBeVisible();

  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await editor.focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\n)");
  await expect(problems.getByRole("button")).toHaveText(/^Line \d+, column 1: /);
  await expect(editor.locator(".cm-lintRange-error, .cm-lintPoint-error").first()).toBeAttached();
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await expect(problems.getByRole("button")).toHaveCount(0);
  await expect(editor.locator(".cm-lintRange-error, .cm-lintPoint-error")).toHaveCount(0);
  expect(asked.filter((path) => path !== "/api/plan_keep" && path !== "/api/draw_sheet")).toEqual([]);

  // A part of the outline leads to its place.
  await outline.getByRole("button").first().click();
  await expect(editor).toBeFocused();
  await page.keyboard.type("x.y");
  await expect(page.locator("#definition")).toHaveValue(/^CREATE VIEW x\.y\s/);
  await page.keyboard.press("Control+z");
  await expect(page.locator("#definition")).toHaveValue(definition);
});

test("what is typed is kept as it was typed, survives a reload, and is undone as one edit", async ({ page }) => {
  await openDefinition(page);
  await expect(statusOf(page)).toContainText("becomes a revision only when you save it");
  const typed = `${definition.split("\n")[0]}\n  -- (looked at) {"größe" 'x'} \u{1f6a2}\n\n\t  [still\n here\n`;
  await editorOf(page).focus();
  await page.keyboard.press("Control+a");
  for (const [n, line] of typed.split("\n").entries()) {
    if (n > 0) await page.keyboard.press("Enter");
    if (line) await page.keyboard.insertText(line);
  }
  await expect(page.locator("#definition")).toHaveValue(typed);
  await expect(statusOf(page)).toHaveText(/^Draft kept \d\d:\d\d:\d\d$/);
  // The draft stands above the editor, and the editor has stayed as it was.
  await expect(page.locator("#draft-undo")).toHaveText(`Undo: definition of step ${step}`);
  await expect(editorOf(page)).toBeFocused();
  await page.keyboard.insertText("-- more");
  await expect(statusOf(page)).toHaveText("Changed since it was kept.");
  await expect(statusOf(page)).toHaveText(/^Draft kept /);

  await page.reload();
  await takenOver(page);
  await expect(page.locator("#definition")).toHaveValue(`${typed}-- more`);
  await expect(statusOf(page)).toHaveText(/^Draft kept \d\d:\d\d:\d\d$/);
  await expect(page.getByText(/^Your draft, begun from revision 1: 1 edit$/)).toBeVisible();
  const whole = await (await page.request.get(`${plan}/plan.yaml`)).text();
  expect(whole).toContain("-- (looked at) {\"größe\" 'x'} \u{1f6a2}");

  await page.locator("#draft-undo").click();
  await expect(page.locator("#definition")).toHaveValue(definition);
  await page.locator("#draft-redo").click();
  await expect(page.locator("#definition")).toHaveValue(`${typed}-- more`);
  await takenOver(page);
  await discard(page);
  await expect(page.locator("#definition")).toHaveValue(definition);
  await page.goto(`${plan}?view=revisions`);
  await expect(page.getByRole("row")).toHaveCount(2);
});

test("nothing typed is lost by a link, another form or a reload that comes before it was kept", async ({ page }) => {
  await openDefinition(page);
  await page.keyboard.press("Tab");
  await editorOf(page).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("\n-- before a link");
  await page.getByRole("navigation", { name: "Parts of the plan" }).getByRole("link", { name: "Text" }).click();
  await expect(page.locator("#plan-text")).toHaveValue(/-- before a link/);
  await expect(editorOf(page)).toBeVisible();
  await page.goBack();
  await expect(page.locator("#definition")).toHaveValue(/-- before a link$/);

  await expect(editorOf(page)).toBeVisible();
  await editorOf(page).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText(" or an undo");
  await page.locator("#draft-undo").click();
  await expect(page.locator("#definition")).toHaveValue(definition + "\n-- before a link");
  await page.locator("#draft-redo").click();
  await expect(page.locator("#definition")).toHaveValue(/-- before a link or an undo$/);

  await takenOver(page);
  await expect(editorOf(page)).toBeVisible();
  await editorOf(page).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText(" or a reload");
  await page.reload();
  await takenOver(page);
  // The last request may arrive after the page was asked for again.
  await expect(async () => {
    await page.reload();
    await expect(page.locator("#definition")).toHaveValue(/ or a reload$/, { timeout: 1_000 });
  }).toPass();

  // What is discarded before it was kept does not come back.
  await takenOver(page);
  await expect(editorOf(page)).toBeVisible();
  await editorOf(page).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText(" or a change of mind");
  await discard(page);
  await page.reload();
  await takenOver(page);
  await expect(page.locator("#definition")).toHaveValue(definition);
  await expect(page.locator(".draft-bar")).toHaveCount(0);
});

test("what another tab typed is not replaced unseen", async ({ page, context }) => {
  await openDefinition(page);
  const other = await context.newPage();
  await open(other, `${plan}?step=${step}`);
  await expect(editorOf(other)).toBeVisible();
  await editorOf(other).focus();
  await other.keyboard.press("Control+End");
  await other.keyboard.insertText("\n-- of another tab");
  await expect(statusOf(other)).toHaveText(/^Draft kept /);
  await editorOf(page).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("\n-- of this tab");
  await expect(statusOf(page)).toHaveText(/^Not kept: .*another tab/);
  await expect(page.locator("#definition")).toHaveValue(/-- of this tab$/);
  await open(other, `${plan}?step=${step}`);
  await expect(other.locator("#definition")).toHaveValue(/-- of another tab$/);
  await discard(other);
  await other.close();
});

test.describe("with a console that cannot be reached", () => {
  test.use({ allowed: [/net::ERR_FAILED/] });

  test("what is typed stays, the page says that it is not kept, and it is tried again", async ({ page }) => {
    await openDefinition(page);
    await page.route("**/api/plan_keep", (route) => route.abort());
    await editorOf(page).focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("\n-- far away");
    await expect(statusOf(page)).toHaveText("Not kept: the console did not answer. It is tried again.");
    await page.unroute("**/api/plan_keep");
    await expect(statusOf(page)).toHaveText(/^Draft kept /);
    await discard(page);
  });
});

test("the editor is left and entered by keyboard alone", async ({ page }) => {
  const editor = await openDefinition(page);
  await expect(editor).toHaveAccessibleName("Definition");
  await page.getByText("Definition", { exact: true }).first().click();
  await expect(editor).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(editor).not.toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(editor).toBeFocused();
  await expect(page.locator("#definition")).toHaveValue(definition);
});

test("what was typed before the editor was there is in it", async ({ page }) => {
  await signIn(page, demo);
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/pkg/editor.*.js", async (route) => {
    await held;
    await route.continue();
  });
  await open(page, `${plan}?step=${step}`);
  await page.locator("#definition").fill(`${definition}\n-- early`);
  release();
  await expect(editorOf(page)).toContainText("-- early");
  await expect(editorOf(page)).toBeFocused();
  await expect(statusOf(page)).toHaveText(/^Draft kept /);
  await discard(page);
});

test("the text of the whole plan is coloured, checked by the console at line and column, and kept", async ({ page }) => {
  await signIn(page, demo);
  await open(page, `${plan}?view=yaml`);
  const editor = editorOf(page);
  await expect(editor).toBeVisible();
  const before = await page.locator("#plan-text").inputValue();
  const problems = page.getByRole("region", { name: "Problems" });
  await expect(problems).toContainText("No problems found.");
  await expect(page.getByRole("navigation", { name: "Outline" })).toHaveCount(0);
  const colours = await editor.locator("span").evaluateAll((all) => all.map((span) => getComputedStyle(span).color));
  expect(new Set(colours).size).toBeGreaterThan(1);
  await editor.focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("formatt: 2\n");
  await expect(problems.getByRole("button").first()).toHaveText(/^Line \d+, column \d+: /);
  await expect(statusOf(page)).toHaveText(/^Draft kept /);
  await expect(page.locator("#draft-save")).toBeDisabled();
  await page.reload();
  await takenOver(page);
  await expect(page.locator("#plan-text")).toHaveValue(`formatt: 2\n${before}`);

  // A problem above leads to its line.
  await page.locator(".plan-head .problems a").first().click();
  await expect(page).toHaveURL(/line=\d+/);
  await expect(editor).toBeFocused();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Delete");
  await expect(problems).toContainText("No problems found.");
  await expect(page.locator("#plan-text")).toHaveValue(before);
  await expect(statusOf(page)).toHaveText(/^Draft kept /);
  await page.reload();
  await takenOver(page);
  await expect(page.locator("#plan-text")).toHaveValue(before);
  await discard(page);
});

for (const [colorScheme, width] of [
  ["light", 1440],
  ["dark", 1440],
  ["light", 400],
  ["dark", 400],
] as const) {
  test(`in the editors, ${colorScheme} and ${width} wide, nothing is wrong for axe`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    const editor = await openDefinition(page);
    await editor.focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("\n) -- a mistake, 'a text', 5 and {{ a template }}");
    await expect(page.getByRole("region", { name: "Problems" }).getByRole("button").first()).toBeVisible();
    await expect(statusOf(page)).toHaveText(/^Draft kept /);
    expect(await violations(page)).toEqual([]);
    await expectToFit(page);
    await discard(page);
    await open(page, `${plan}?view=yaml`);
    await expect(page.getByRole("region", { name: "Problems" })).toContainText("No problems found.");
    await editor.focus();
    await page.keyboard.press("Control+f");
    await expect(page.locator(".cm-search")).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await expectToFit(page);
  });
}

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a definition is edited in a plain area of text", async ({ page }) => {
    await page.goto(`${demo.origin}/sign-in`);
    await page.getByLabel("Name").fill(NAME);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.goto(`${plan}?step=${step}`);
    const area = page.getByLabel("Definition");
    await expect(area).toHaveValue(definition);
    await area.fill(`${definition} )`);
    await page.getByRole("button", { name: "Keep this definition in the draft" }).click();
    await expect(area).toHaveValue(`${definition} )`);
    await expect(page.locator(".problems").first()).toContainText(/line \d+, column \d+/);
    await page.locator("#draft-discard").click();
    await expect(area).toHaveValue(definition);
  });
});
