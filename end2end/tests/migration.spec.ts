import { readFile } from "node:fs/promises";
import { Demo } from "./support/ferry";
import { expect, open, openMigration, rowsCopied, signIn, takenOver, test, watchConsole, welcome } from "./support/page";

let demo: Demo;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  // A copy lasts seconds on any machine, so that it can be watched.
  demo = await Demo.start({ scale: 0.02, rowsPerSecond: 2000 });
});

test.afterAll(async () => {
  await demo?.stop();
});

test("a run is started, watched through a reload and in a second tab, and ends with equal counts", async ({
  page,
  context,
}) => {
  await welcome(page, demo);
  await expect(page.getByText("1 migration.")).toBeVisible();
  await openMigration(page);
  await expect(page.locator("#plan-sentence")).toContainText(/\d+ steps: /);
  await page.getByRole("button", { name: /^Run \d+ steps on / }).click();

  // Live, without a reload: the rows grow.
  await expect(page).toHaveURL(/\/runs\//);
  await expect(page.locator("[data-link=Live]")).toBeVisible();
  await expect.poll(() => rowsCopied(page)).toBeGreaterThan(0);
  const seen = await rowsCopied(page);
  await expect.poll(() => rowsCopied(page)).toBeGreaterThan(seen);

  // A second tab sees the same run.
  const second = await context.newPage();
  const errors = watchConsole(second);
  await second.goto(page.url());
  await expect(second.locator("[data-link=Live]")).toBeVisible();

  // A reload in the middle of the run loses nothing.
  const before = await rowsCopied(page);
  await page.reload();
  await takenOver(page);
  await expect.poll(() => rowsCopied(page)).toBeGreaterThanOrEqual(before);

  for (const tab of [page, second]) {
    await expect(tab.locator("#run-sentence")).toHaveText(/^Done: (\d+) of \1 steps done\.$/, { timeout: 100_000 });
    await expect(tab.locator("tr[data-state=Failed]")).toHaveCount(0);
  }
  // Every stream that was compared has as many rows on the target as on the source.
  const compared = page.locator("tr", { hasText: "compare rows" });
  const equal = compared.filter({ has: page.locator(".cell-note", { hasText: /rows on both sides$/ }) });
  expect(await compared.count()).toBeGreaterThanOrEqual(8);
  await expect(equal).toHaveCount(await compared.count());
  expect(errors).toEqual([]);
});

test("the log of one step has an address of its own", async ({ page }) => {
  await signIn(page, demo);
  await openMigration(page);
  await page.getByRole("link", { name: "Run", exact: true }).click();
  await page.getByRole("row").getByRole("link").first().click();
  await expect(page.locator("#run-sentence")).toBeVisible();
  await page.locator("#step-3 .step-link").click();
  await expect(page).toHaveURL(/\?step=3/);
  await expect(page.getByRole("heading", { name: "Log of step 3" })).toBeVisible();
  await page.getByRole("link", { name: "Show the whole log" }).click();
  await expect(page.getByRole("heading", { name: "Log", exact: true })).toBeVisible();
});

test("the evidence of a run is a file, and what was copied can be compared again", async ({ page }) => {
  await signIn(page, demo);
  await openMigration(page);
  await open(page, page.url() + "/result");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download evidence" }).click(),
  ]);
  const evidence = JSON.parse(await readFile(await download.path(), "utf8"));
  expect(evidence.state).toBe("done");
  expect(evidence.comparisons.length).toBeGreaterThanOrEqual(8);
  expect(evidence.unverified).toEqual([]);

  await page.getByRole("button", { name: "Compare again" }).click();
  await expect(page).toHaveURL(/\/runs\//);
  await expect(page.locator(".log-lines")).toContainText(/compar/i);
  await expect(page.locator("#run-sentence")).toHaveText(/^Done: (\d+) of \1 steps done\.$/, { timeout: 60_000 });
});

test("a clean shows what it removes, wants the name typed, and is watched like every run", async ({ page }) => {
  await signIn(page, demo);
  const name = await page.getByRole("row").getByRole("link").first().innerText();
  await openMigration(page);
  await page.goto(page.url() + "/clean");
  await takenOver(page);
  const remove = page.getByRole("button", { name: /^Remove \d+ resources from / });
  await expect(remove).toBeDisabled();
  await page.getByLabel(`Type ${name} to confirm`).fill("something else");
  await expect(remove).toBeDisabled();
  await page.getByLabel(`Type ${name} to confirm`).fill(name);
  await remove.click();
  await expect(page).toHaveURL(/\/runs\//);
  await expect(page.locator("#run-sentence")).toHaveText(/^Cleaned: (\d+) of \1 resources removed\.$/, {
    timeout: 60_000,
  });
  await page.goto(page.url().replace(/\/runs\/.*/, "/clean"));
  await expect(page.getByRole("heading", { name: "Nothing is left to remove" })).toBeVisible();
});

test("after a clean the run can be started again", async ({ page }) => {
  await signIn(page, demo);
  await openMigration(page);
  await expect(page.getByRole("button", { name: /^Run \d+ steps on / })).toBeEnabled();
});
