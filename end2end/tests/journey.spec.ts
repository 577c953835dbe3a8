import type { Page } from "@playwright/test";
import { type Console, type Sandbox, Trio } from "./support/ferry";
import {
  confirmClean,
  createMigration,
  expect,
  makePlan,
  open,
  rowsCopied,
  signIn,
  startRun,
  test,
  watchConsole,
  welcome,
} from "./support/page";

/** The whole path from the vendor's file to the clean, while a console and a target go away and come back. */
let trio: Trio;
let source: Sandbox;
let target: Sandbox;
let console_: Console;
let migration: string;

const NAME = "market, staging to production";

/** While the console is away, the browser lists each connection that it could not make. */
const UNREACHABLE = /WebSocket connection to|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/;

test.describe.configure({ mode: "serial", timeout: 600_000 });

test.beforeAll(async () => {
  test.setTimeout(600_000);
  // A copy lasts seconds on any machine, so that something can happen while it is under way.
  trio = await Trio.start("demo", { scale: 0.02, rowsPerSecond: 1000 });
  ({ source, target, console: console_ } = trio);
});

test.afterAll(async () => {
  await trio?.stop();
});

/** What the target holds when everything went well, as the page itself says. */
async function expectEverythingDone(page: Page): Promise<void> {
  await expect(page.locator("#run-sentence")).toHaveText(/^Done: (\d+) of \1 steps done\.$/, { timeout: 300_000 });
  await expect(page.locator("tr[data-state=Failed], tr[data-state=Blocked]")).toHaveCount(0);
}

test("a migration is made from the vendor's file, and its plan from the source", async ({ page }) => {
  await welcome(page, console_);
  migration = await createMigration(page, NAME, trio.demoYaml());
  await makePlan(page);
});

test.describe(() => {
  test.use({ allowed: [UNREACHABLE] });

  test("a run outlives its console: the page says so, comes back by itself and shows the right numbers", async ({
    page,
    context,
  }) => {
    await signIn(page, console_);
    await open(page, console_.origin + migration);
    await startRun(page);
    const second = await context.newPage();
    const errors = watchConsole(second, [UNREACHABLE]);
    await open(second, page.url());
    await expect(second.locator("[data-link=Live]")).toBeVisible();
    await expect.poll(() => rowsCopied(page), { timeout: 120_000 }).toBeGreaterThan(0);
    const before = await rowsCopied(page);

    await console_.stop("SIGKILL");
    for (const tab of [page, second]) {
      await expect(tab.locator("[data-link=Disconnected]")).toContainText(/Disconnected\s*for \d+ s/, { timeout: 60_000 });
    }
    expect(await rowsCopied(page), "what was shown stays").toBeGreaterThanOrEqual(before);
    await console_.startAgain();
    for (const tab of [page, second]) {
      await expect(tab.locator("[data-link=Live]")).toBeVisible({ timeout: 60_000 });
      await expectEverythingDone(tab);
    }
    // What was followed over the interruption and what is read afresh are the same.
    const shown = await page.locator(".room-strip .rows-numbers").innerText();
    const done = await page.locator("[data-group=done] .count").innerText();
    await open(page, page.url());
    await expect(page.locator(".room-strip .rows-numbers")).toHaveText(shown);
    await expect(page.locator("[data-group=done] .count")).toHaveText(done);
    expect(errors).toEqual([]);
    await second.close();
  });
});

test("a clean removes what the run made, once the name is typed", async ({ page }) => {
  await signIn(page, console_);
  await open(page, `${console_.origin}${migration}/clean`);
  await confirmClean(page, NAME);
});

test("a run whose target goes away fails with the reason, and a retry ends it well", async ({ page }) => {
  await signIn(page, console_);
  await open(page, console_.origin + migration);
  await startRun(page);
  await expect.poll(() => rowsCopied(page), { timeout: 120_000 }).toBeGreaterThan(0);
  await target.goAway();
  await expect(page.locator("#run-sentence")).toHaveText(/^(Failed|Stopped): /, { timeout: 300_000 });
  await expect(page.locator("tr[data-state=Failed]").first()).toBeVisible();
  await target.comeBack();
  // One step by itself, and then the others.
  const failed = page.locator("tr[data-state=Failed]").first();
  const step = page.locator(`#${await failed.getAttribute("id")}`);
  await failed.locator(".step-link").click();
  await page.getByText("Go on without this step").first().click();
  await expect(page.getByLabel("Why the run may go on without it")).toBeVisible();
  await page.getByRole("button", { name: "Try this step again" }).click();
  await expect(step).toHaveAttribute("data-state", "Done", { timeout: 120_000 });
  await expect(page.locator("#run-sentence")).toHaveText(/^Failed: /, { timeout: 120_000 });
  await page.getByRole("button", { name: "Try failed steps again" }).click();
  await expectEverythingDone(page);
});

test("a run is paused, goes on, is cancelled, and is tried again", async ({ page }) => {
  await signIn(page, console_);
  await open(page, `${console_.origin}${migration}/clean`);
  await confirmClean(page, NAME);
  await open(page, console_.origin + migration);
  await startRun(page);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.locator("#run-sentence")).toHaveText(/^Paused: /, { timeout: 120_000 });
  await expect(page.locator("tr[data-state=Running]")).toHaveCount(0);
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(page.locator("#run-sentence")).toHaveText(/^Running: /, { timeout: 60_000 });
  await page.getByRole("button", { name: "Cancel the run" }).click();
  await expect(page.locator("#run-sentence")).toHaveText(/^Cancelled: /, { timeout: 120_000 });
  await page.getByRole("button", { name: "Try failed steps again" }).click();
  await expectEverythingDone(page);
});
