import type { Page } from "@playwright/test";
import { expectToFit, violations } from "./support/axe";
import { Demo } from "./support/ferry";
import { tabTo } from "./support/keyboard";
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

test("a screen reader hears the same on every page that others see", async ({ page }) => {
  await signIn(page, demo);
  await page.goto(demo.origin + "/migrations");
  await expect(page.locator("body")).toMatchAriaSnapshot(`
    - link "Skip to content"
    - navigation "Ferry":
      - list:
        - listitem:
          - link "Migrations"
    - banner:
      - button /Theme/
      - button "Sign out"
    - main:
      - heading "Migrations" [level=1]
      - paragraph: 1 migration.
      - button "Try it with two sandboxes"
      - link "New migration"
      - region "Migrations":
        - table:
          - rowgroup:
            - row:
              - columnheader "Migration"
              - columnheader "Source and target"
              - columnheader "State"
              - columnheader "Last activity"
          - rowgroup:
            - row "Over 1":
              - rowheader "Over 1"
            - row /demo/:
              - rowheader /demo/:
                - link /demo/
              - cell /127.0.0.1:\\d+ to 127.0.0.1:\\d+/
              - cell /done Done/
              - cell
  `);
  await openMigration(page);
  const migration = new URL(page.url()).pathname;
  const told: [string, string][] = [
    [
      "",
      `
      - navigation "Breadcrumbs"
      - heading /demo/ [level=1]
      - navigation "Stages":
        - list:
          - listitem:
            - link "Connect"
          - listitem:
            - link "Inventory"
          - listitem:
            - link "Plan"
          - listitem: /Review/
          - listitem:
            - link "Run"
          - listitem:
            - link "Result"
      - region /94 steps/:
        - heading /94 steps/ [level=2]
        - navigation "Parts of the plan":
          - list:
            - listitem:
              - link "Table"
            - listitem:
              - link "Text (YAML)"
            - listitem:
              - link "Graph"
            - listitem:
              - link "Revisions"
      - search:
        - searchbox "Filter steps"
      - group:
        - list:
          - listitem:
            - text: Risk
      - navigation "Conditions"
      - status: 94 steps
      - region "Steps":
        - table
      - navigation "Pages of the table"
      `,
    ],
    [
      "?step=36",
      `
      - article /Step 36. create view fleet.trips per day/:
        - paragraph:
          - link "Back to the table"
        - heading /Step 36. create view/ [level=3]
        - link "Exclude, with 1 other …"
        - textbox "Definition"
      `,
    ],
    [
      "?view=graph",
      `
      - region /What needs what/:
        - group /What needs what/:
          - link "database fleet"
      - region:
        - table
      `,
    ],
    [
      "?view=revisions",
      `
      - region "Revisions":
        - table:
          - rowgroup:
            - row:
              - columnheader "Revision"
              - columnheader "What changed"
              - columnheader "By"
              - columnheader "When"
          - rowgroup:
            - row /Revision 1/:
              - rowheader "Revision 1":
                - link "Revision 1"
      `,
    ],
    [
      "/connect",
      `
      - heading "Are these the right two deployments?" [level=2]
      - status: Nothing was checked yet.
      - button "Check the connections"
      - link "Change the connections"
      - heading "Source" [level=3]
      - term: timeplusd
      - definition
      - heading "Target" [level=3]
      `,
    ],
    [
      "/inventory",
      `
      - heading "Nothing was captured yet" [level=2]
      - button "Capture both deployments"
      `,
    ],
    [
      "/runs",
      `
      - heading "Runs" [level=2]
      - region "Runs":
        - table:
          - rowgroup:
            - row "Started State Progress By Last activity"
          - rowgroup:
            - row /Run of/:
              - rowheader /Run of/
              - cell /done/
              - cell /rows/:
                - progressbar /Run of/
              - cell "anna"
              - cell
      `,
    ],
    [
      "/clean",
      `
      - heading "Remove what runs made" [level=2]
      - paragraph: /64 resources on .* would be removed, and nothing else/
      - region "Remove what runs made":
        - table:
          - rowgroup
          - rowgroup:
            - row "source logins exists made 94":
              - rowheader "source logins"
              - cell "exists"
      - textbox /Type/
      - button /Remove 64 resources from/ [disabled]
      `,
    ],
  ];
  for (const [part, template] of told) {
    await open(page, demo.origin + migration + part);
    await expect(page.locator("main"), part).toMatchAriaSnapshot(template);
  }
});

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
