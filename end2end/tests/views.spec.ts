import type { Locator } from "@playwright/test";
import { nothingIsWrong } from "./support/axe";
import { Trio } from "./support/ferry";
import { createMigration, expect, makePlan, open, startRun, test, welcome } from "./support/page";

/** What a reviewer decides about a materialized view that keeps its rows itself. */
const WORKLOAD = `
CREATE DATABASE sales;
CREATE STREAM sales.orders (id int64, city string) SETTINGS flush_threshold_ms = 50;
CREATE MATERIALIZED VIEW sales.northern AS SELECT id, city FROM sales.orders WHERE city != 'Rome';
INSERT INTO sales.orders (id, city, _tp_time) VALUES (1, 'Oslo', '2026-01-01 00:00:00'),
  (2, 'Rome', '2026-01-02 00:00:00'), (3, 'Bergen', '2026-01-03 00:00:00');
`;

let trio: Trio;

test.beforeAll(async () => {
  trio = await Trio.of(WORKLOAD);
});

test.afterAll(async () => {
  await trio?.stop();
});

test("the rows of a view without INTO are carried with one choice, and back again", async ({ page }) => {
  await welcome(page, trio.console);
  await createMigration(page, "views", trio.yaml());
  await makePlan(page);
  const plan = page.url();
  const rows = page.locator("#plan-rows tr[data-step]");
  await expect(rows.filter({ hasText: "northern_rows" }), "what nobody chose is not shown").toHaveCount(0);
  const openStep = async (row: Locator) => open(page, `${plan}?step=${await row.getAttribute("data-step")}`);
  const decide = async (choice: RegExp) => {
    await open(page, plan);
    await openStep(rows.filter({ hasText: "materialized view" }));
    await page.getByRole("radio", { name: choice }).check();
    await page.getByRole("button", { name: "Keep this decision" }).click();
    await expect(page.getByRole("radio", { name: choice })).toBeChecked();
    await expect(page.locator(".draft-bar")).toBeVisible();
  };
  await decide(/^Leave out/);
  await expect(page.locator("main")).not.toContainText("INTO `sales`.`northern_rows`");
  await decide(/^Carry/);
  await expect(page.locator("main")).toContainText("INTO `sales`.`northern_rows`");
  await expect(page.locator("main"), "what was decided is asked no more").not.toContainText("must be decided");
  await nothingIsWrong(page);
  await open(page, plan);
  await expect(rows.filter({ hasText: "northern_rows" })).toHaveCount(3);

  // How closely they are compared is a choice, too.
  await openStep(rows.filter({ hasText: "northern_rows" }).filter({ hasText: "compare" }));
  await expect(page.getByRole("radio", { name: /^Every value/ })).toBeChecked();
  await expect(page.locator("main")).toContainText("2 rows");
  await page.getByRole("radio", { name: /^Rows in each part/ }).check();
  await page.getByRole("button", { name: "Keep this comparison" }).click();
  await expect(page.getByRole("radio", { name: /^Rows in each part/ })).toBeChecked();
  await nothingIsWrong(page);

  await open(page, plan);
  await page.locator("#draft-save").click();
  await expect(page.locator(".draft-bar")).toHaveCount(0);
  await startRun(page);
  await expect(page.locator("#run-sentence")).toHaveText(/^Done: (\d+) of \1 steps done\.$/, { timeout: 200_000 });
  await trio.target.execute("INSERT INTO sales.orders (id, city) VALUES (4, 'Narvik')");
  const room = page.url();
  await open(page, room.replace(/\/runs\/.*/, "/result"));
  await expect(page.locator("tr", { hasText: "northern_rows" })).toContainText("2");
});
