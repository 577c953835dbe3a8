import { nothingIsWrong } from "./support/axe";
import { Demo } from "./support/ferry";
import { expect, openMigration, signIn, takenOver, test, welcome } from "./support/page";

let demo: Demo;
let inventory: string;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  demo = await Demo.start({ scale: 0.001 });
});

test.afterAll(async () => {
  await demo?.stop();
});

test("a capture fills the inventory, and says what is there in one sentence", async ({ page }) => {
  await welcome(page, demo);
  await openMigration(page);
  await page.getByRole("link", { name: "Inventory", exact: true }).click();
  await page.getByRole("button", { name: "Capture both deployments" }).click();
  const sentence = page.locator("#inventory-sentence");
  await expect(sentence).toHaveText(/^\d+ resources in \d+ databases, .* rows.*; everything could be read\.$/, {
    timeout: 60_000,
  });
  await takenOver(page);
  inventory = new URL(page.url()).pathname;
  await expect(page.getByRole("region", { name: "Inventory" }).getByRole("row")).not.toHaveCount(1);
  await nothingIsWrong(page);
});

test("search and facets narrow the table, each with an address", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(demo.origin + inventory);
  await takenOver(page);
  const rows = page.getByRole("region", { name: "Inventory" }).locator("tbody tr");
  const n_all = await rows.count();
  await page.getByRole("navigation", { name: "Filters" }).getByRole("link", { name: /^materialized view/ }).click();
  await expect(page).toHaveURL(/kind=materialized_view/);
  await expect.poll(() => rows.count()).toBeLessThan(n_all);
  const n_views = await rows.count();
  await page.getByLabel("Search names and definitions").fill("select tumble");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page).toHaveURL(/q=select\+tumble/);
  await expect(page).toHaveURL(/kind=materialized_view/);
  await expect.poll(() => rows.count()).toBeLessThan(n_views);
  await takenOver(page);
  await page.goBack();
  await expect.poll(() => rows.count()).toBe(n_views);
});

test("a resource shows its definition, its neighbours as a drawing and as lists, and its columns", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.origin}${inventory}?kind=materialized_view`);
  await takenOver(page);
  await page.getByRole("region", { name: "Inventory" }).locator("tbody a").first().click();
  await expect(page).toHaveURL(/\/inventory\/resource\?/);
  await expect(page.locator(".sql-keyword").first()).toHaveText("CREATE");
  await expect(page.locator("svg .graph-here")).toHaveCount(1);
  const reads = page.locator("section", { has: page.getByRole("heading", { name: "Reads from" }) });
  await expect(reads.getByRole("link").first()).toBeVisible();
  await nothingIsWrong(page);
  await reads.getByRole("link").first().click();
  await expect(page.locator("section", { has: page.getByRole("heading", { name: "Feeds" }) }).getByRole("link")).not.toHaveCount(0);
});

test("a REST object is shown whole, without its secrets", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(`${demo.origin}${inventory}?kind=sink`);
  await takenOver(page);
  await page.getByRole("region", { name: "Inventory" }).locator("tbody a").first().click();
  await expect(page.getByRole("heading", { name: "REST object, without secrets" })).toBeVisible();
  await nothingIsWrong(page);
});

test("two snapshots are compared", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(demo.origin + inventory);
  await takenOver(page);
  await page.getByRole("button", { name: "Compare" }).click();
  await expect(page).toHaveURL(/\/compare\?from=.+&to=.+/);
  await expect(page.getByRole("heading", { name: /\d+ added, \d+ removed, \d+ changed, \d+ the same\./ })).toBeVisible();
  await takenOver(page);
  await nothingIsWrong(page);
});
