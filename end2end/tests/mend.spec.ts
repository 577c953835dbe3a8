import type { Page } from "@playwright/test";
import { nothingIsWrong } from "./support/axe";
import { Trio } from "./support/ferry";
import { createMigration, expect, makePlan, open, signIn, startRun, test, welcome } from "./support/page";

/** What a person can do about a result: copy again what differs, and catch up with what came later. */
const WORKLOAD = `
CREATE DATABASE sales;
CREATE STREAM sales.orders (id int64, city string) SETTINGS flush_threshold_ms = 50;
INSERT INTO sales.orders (id, city, _tp_time) VALUES (1, 'Oslo', '2026-01-01 00:00:00'),
  (2, 'Bergen', '2026-01-02 00:00:00'), (3, 'Oslo', '2026-01-03 00:00:00');
`;

let trio: Trio;
let migration: string;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  trio = await Trio.of(WORKLOAD);
});

test.afterAll(async () => {
  await trio?.stop();
});

/** Compares again from the result's page until the comparison ends as expected: rows are seen only after a flush. */
async function compareUntil(page: Page, wanted: RegExp): Promise<void> {
  await expect(async () => {
    await open(page, `${trio.console.origin}${migration}/result`);
    await page.getByRole("button", { name: "Compare again" }).click();
    await expect(page.locator("#run-sentence")).toHaveText(/^(Done|.*failed)/i, { timeout: 60_000 });
    await open(page, `${trio.console.origin}${migration}/result`);
    await expect(page.locator("main")).toContainText(wanted, { timeout: 1_000 });
  }).toPass({ timeout: 120_000 });
}

async function runIsDone(page: Page): Promise<void> {
  await expect(page).toHaveURL(/\/runs\//);
  await expect(page.locator("#run-sentence")).toHaveText(/^Done: (\d+) of \1 steps done\.$/, { timeout: 100_000 });
}

test("a damaged row is named on the result's page, and copied again with one button", async ({ page }) => {
  await welcome(page, trio.console);
  migration = await createMigration(page, "mended", trio.yaml());
  await makePlan(page);
  await startRun(page);
  await runIsDone(page);

  await trio.target.execute("INSERT INTO sales.orders (id, city, _tp_time) VALUES (77, 'Nowhere', '2026-01-02 00:00:00')");
  await compareUntil(page, /id = 77 \(target\)/);
  const differing = page.getByRole("region", { name: "What differs" });
  await expect(differing).toContainText("stream sales.orders");
  await expect(differing).toContainText("1 rows on the source, 2 on the target");
  await expect(differing).toContainText("Only the rows of these parts are deleted on the target and copied again");
  await nothingIsWrong(page);
  await differing.getByRole("button", { name: "Copy what differs again" }).click();
  await runIsDone(page);
  await expect(page.locator(".log-lines")).toContainText("anna asked to copy again what differs.");
  await expect(page.locator(".log-lines")).toContainText("only this is emptied and copied again");
  await open(page, `${trio.console.origin}${migration}/result`);
  await expect(page.locator("#result-sentence")).toHaveText(/^Everything is there/);
  await expect(page.getByRole("region", { name: "What differs" })).toHaveCount(0);
});

test("rows that came later are counted, and follow with one button as often as wanted", async ({ page }) => {
  await signIn(page, trio.console);
  for (const n of [1, 2]) {
    // One later than everything, and one with an old time.
    const rows = `(${n}00, 'Oslo', '2026-02-0${n} 00:00:00'), (${n}01, 'Oslo', '2026-01-01 00:00:0${n}')`;
    await trio.source.execute(`INSERT INTO sales.orders (id, city, _tp_time) VALUES ${rows}`);
    await compareUntil(page, /2 rows of 1 stream reached the source after their copies and are not covered\./);
    const late = page.getByRole("region", { name: "Rows that came later" });
    await late.getByRole("button", { name: "Catch up" }).click();
    await runIsDone(page);
    await expect(page.locator(".log-lines")).toContainText(
      "anna asked to copy the rows that reached the source after the copies.",
    );
    await open(page, `${trio.console.origin}${migration}/result`);
    await expect(page.locator("tr", { hasText: "sales.orders" })).toContainText(`${3 + 2 * n}`);
    await expect(page.getByRole("region", { name: "Rows that came later" })).toContainText(
      "The comparisons saw no row that reached the source after its copy.",
    );
  }
});
