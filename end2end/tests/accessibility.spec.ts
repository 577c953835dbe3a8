import type { Page } from "@playwright/test";
import { expectToFit, violations } from "./support/axe";
import { Demo } from "./support/ferry";
import { expect, open, openMigration, signIn, test, welcome, NAME, PASSWORD } from "./support/page";

let demo: Demo;
let pages: string[];

test.describe.configure({ mode: "serial", timeout: 600_000 });

test.beforeAll(async () => {
  demo = await Demo.start({ scale: 0.001 });
});

test.afterAll(async () => {
  await demo?.stop();
});

test("before signing in nothing is wrong for axe", async ({ page }) => {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const path of ["/sign-in", demo.welcome]) {
      await open(page, demo.origin + path);
      await expect(page.getByLabel("Name")).toBeVisible();
      expect(await violations(page), `${path}, ${colorScheme}`).toEqual([]);
    }
  }
});

test("the whole way can be gone with the keyboard alone", async ({ page }) => {
  await open(page, demo.origin + demo.welcome);
  await page.getByLabel("Name").focus();
  await page.keyboard.type(NAME);
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Migrations", exact: true })).toBeVisible();
  await tabTo(page, "th a");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /^Run \d+ steps on / })).toBeVisible();
  await tabTo(page, ".page-head .button-filled");
  await page.keyboard.press("Enter");
  await expect(page.locator("#run-sentence")).toHaveText(/^Done: /, { timeout: 60_000 });
  pages = ["/migrations", "/migrations/new", new URL(page.url()).pathname];
  const migration = pages[2]!.replace(/\/runs\/.*/, "");
  pages.push(migration, `${migration}/runs`, `${migration}/result`, `${migration}/clean`, "/design");
});

for (const [colorScheme, width] of [
  ["light", 1280],
  ["dark", 1280],
  ["light", 400],
  ["dark", 400],
] as const) {
  test(`on every page, ${colorScheme} and ${width} wide, nothing is wrong for axe`, async ({ page }) => {
    await signIn(page, demo);
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    for (const path of pages) {
      await open(page, demo.origin + path);
      // The gallery shows outlines on purpose.
      await expect(page.locator(".skeleton:not(.design-part *)")).toHaveCount(0);
      expect(await violations(page), path).toEqual([]);
      await expectToFit(page);
    }
  });
}

test("what a run made can be removed with the keyboard alone", async ({ page }) => {
  await signIn(page, demo);
  await openMigration(page);
  const migration = page.url();
  const name = await page.getByRole("heading", { level: 1 }).innerText();
  await open(page, `${migration}/result`);
  await tabTo(page, `a[href$="/clean"]`);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /^Remove \d+ resources from / })).toBeDisabled();
  await tabTo(page, "#typed_name");
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(page.locator("#run-sentence")).toHaveText(/^Cleaned: (\d+) of \1 resources removed\.$/, {
    timeout: 60_000,
  });
});

test("a chosen theme is there from the first paint on", async ({ page }) => {
  await signIn(page, demo);
  await openMigration(page);
  const theme = page.getByRole("button", { name: "Theme" });
  await theme.click();
  await theme.click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  const [response] = await Promise.all([page.waitForResponse(page.url()), page.reload()]);
  expect(await response.text()).toContain('data-theme="dark"');
});

/** Presses Tab until the focus is on an element; it must come within a hundred. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let n_pressed = 0; n_pressed < 100; n_pressed += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  throw new Error(`the keyboard never reaches ${selector}`);
}
