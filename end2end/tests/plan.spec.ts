import type { Page } from "@playwright/test";
import { expectToFit, violations } from "./support/axe";
import { Demo } from "./support/ferry";
import { expect, open, openMigration, signIn, takenOver, test, welcome } from "./support/page";

let demo: Demo;
let plan: string;

test.describe.configure({ mode: "serial", timeout: 600_000 });

test.beforeAll(async () => {
  demo = await Demo.start({ scale: 0.001 });
});

test.afterAll(async () => {
  await demo?.stop();
});

/** The number of the first step that does something to something. */
async function stepOf(page: Page, words: string): Promise<string> {
  await page.goto(`${plan}?q=${encodeURIComponent(words)}`);
  return (await page.locator("#plan-rows tr[data-step]").first().getAttribute("data-step"))!;
}

test("leaving a database out shows what goes along, and undo brings everything back", async ({ page }) => {
  await welcome(page, demo);
  await openMigration(page);
  plan = new URL(page.url()).origin + new URL(page.url()).pathname;
  const database = await stepOf(page, "create database");
  await takenOver(page);
  await page.locator(`#switch-${database}`).click();
  const panel = page.getByRole("group", { name: "What goes along" });
  await expect(panel).toContainText(/Excluding 1 step also excludes \d+ steps? that cannot run without/);
  await expect(page.locator("tr.is-dragged").or(panel.getByRole("listitem")).first()).toBeVisible();
  await panel.getByRole("button", { name: /^Exclude (both|all \d+)$/ }).click();
  await expect(page.locator("#plan-sentence")).toContainText(/\d+ excluded\.$/);
  await page.locator("#draft-undo").click();
  await expect(page.locator("#plan-sentence")).not.toContainText("excluded");
  await page.locator("#draft-discard").click();
  await expect(page.locator(".draft-bar")).toHaveCount(0);
  // From the step's own page the same panel is what one sees first.
  await open(page, `${plan}?step=${database}`);
  await page.getByRole("link", { name: /^Exclude, with \d+ others …$/ }).click();
  await expect(panel).toBeInViewport();
  await panel.getByRole("link", { name: "Keep everything as it is" }).click();
  await expect(panel).toHaveCount(0);
});

test("the filter follows every key and keeps the focus", async ({ page }) => {
  await signIn(page, demo);
  await open(page, plan);
  const all = await page.locator("#plan-count").innerText();
  const filter = page.locator("#plan-filter");
  await filter.focus();
  await page.keyboard.type("copy");
  await expect(page.locator("#plan-count")).toContainText(/^\d+ of \d+ steps$/);
  await expect(filter).toBeFocused();
  await expect(page).toHaveURL(/\?q=copy/);
  for (const row of await page.locator("#plan-rows tr[data-step]").all()) await expect(row).toContainText("copy");
  await filter.fill("");
  await expect(page.locator("#plan-count")).toHaveText(all);
});

test("a definition is edited, its mistakes are said with their place, and it becomes a revision", async ({ page }) => {
  await signIn(page, demo);
  const view = await stepOf(page, "create view");
  await open(page, `${plan}?step=${view}`);
  const editor = page.locator(".editor .cm-content");
  await expect(editor).toBeVisible();
  await editor.focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText(" )");
  const problems = page.locator(".plan-head .problems");
  await expect(problems).toContainText(/line \d+, column \d+/);
  await expect(page.locator("#draft-save")).toBeDisabled();
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await page.keyboard.insertText("\n-- looked at");
  await expect(problems).toHaveCount(0);
  await page.getByRole("link", { name: "Show the changes" }).click();
  await expect(page.locator(".diff ins")).toHaveText("+ -- looked at\n");
  await expect(page.locator(".diff del")).toHaveCount(0);
  await page.getByRole("button", { name: "Save as revision 2" }).click();
  await expect(page.locator(".draft-bar")).toHaveCount(0);
  await page.goto(`${plan}?view=revisions`);
  await expect(page.getByRole("row").nth(1)).toContainText("changed definition of view");
  await page.getByRole("link", { name: "Revision 1", exact: true }).click();
  await expect(page.getByText("This is an old revision and cannot be edited; the newest is 2.")).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/view=revisions/);
});

test("how a stream is copied is decided at its step", async ({ page }) => {
  await signIn(page, demo);
  const copy = await stepOf(page, "copy rows");
  await open(page, `${plan}?step=${copy}`);
  await page.getByLabel("Threads").fill("1");
  await page.getByRole("button", { name: "Keep these options" }).click();
  await expect(page.locator("#draft-undo")).toHaveText(`Undo: threads of step ${copy}: 1`);
  await expect(page.getByLabel("Threads")).toHaveValue("1");
  await page.locator("#draft-discard").click();
  await expect(page.locator(".draft-bar")).toHaveCount(0);
});

test("a file goes in and comes out with the same bytes", async ({ page }) => {
  await signIn(page, demo);
  const text = await (await page.request.get(`${plan}/plan.yaml`)).text();
  const changed = `# brought along: "größe" \r\n${text}`;
  await open(page, `${plan}?view=yaml`);
  await page.getByLabel("Plan file").setInputFiles({
    name: "plan.yaml",
    mimeType: "application/yaml",
    buffer: Buffer.from(changed),
  });
  await page.getByRole("button", { name: "Take this file as the draft" }).click();
  await expect(page.locator(".draft-bar")).toBeVisible();
  expect(await (await page.request.get(`${plan}/plan.yaml`)).text()).toBe(changed);
  await page.locator("#draft-discard").click();
  await expect(page.locator(".draft-bar")).toHaveCount(0);
});

test("the graph leads to each step and back, and can be read as a table", async ({ page }) => {
  await signIn(page, demo);
  await open(page, `${plan}?view=graph`);
  const boxes = page.locator("svg.graph a");
  const n_boxes = await boxes.count();
  expect(n_boxes).toBeGreaterThan(10);
  await expect(page.getByRole("region", { name: "The same as a table" }).locator("tbody tr")).toHaveCount(n_boxes);
  await boxes.last().click();
  await expect(page).toHaveURL(/around=\d+/);
  await expect(page.locator("svg.graph a[aria-current]")).toHaveCount(1);
  await page.goBack();
  await expect(boxes).toHaveCount(n_boxes);
});

for (const [colorScheme, width] of [
  ["light", 1280],
  ["dark", 1280],
  ["light", 400],
  ["dark", 400],
] as const) {
  test(`on every part of the plan, ${colorScheme} and ${width} wide, nothing is wrong for axe`, async ({ page }) => {
    await signIn(page, demo);
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    const copy = await stepOf(page, "copy rows");
    const view = await stepOf(page, "create view");
    const database = await stepOf(page, "create database");
    const parts = ["", `?pick=${database}&do=exclude`, `?step=${copy}`, `?step=${view}`, "?revision=1"];
    for (const part of [...parts, ...["yaml", "graph", "revisions", "diff&from=1&to=2"].map((view) => `?view=${view}`)]) {
      await open(page, plan + part);
      await expect(page.locator(".skeleton")).toHaveCount(0);
      expect(await violations(page), part).toEqual([]);
      await expectToFit(page);
    }
  });
}
