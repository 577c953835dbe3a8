import { Trio } from "./support/ferry";
import { enter, tabTo } from "./support/keyboard";
import { expect, NAME, open, PASSWORD, takenOver, test } from "./support/page";

/** The whole path from the vendor's file to the clean by somebody who has no pointer. */
let trio: Trio;

const MIGRATION = "by keyboard";

test.beforeAll(async () => {
  test.setTimeout(300_000);
  trio = await Trio.start("demo", { scale: 0.001 });
});

test.afterAll(async () => {
  await trio?.stop();
});

test("from the vendor's file to the clean with the keyboard alone", async ({ page }) => {
  test.setTimeout(600_000);
  const { keyboard } = page;
  await open(page, trio.console.origin + trio.console.welcome);
  await tabTo(page, "input[name=name]");
  await keyboard.type(NAME);
  await tabTo(page, "input[type=password]");
  await keyboard.type(PASSWORD);
  await keyboard.press("Enter");
  await expect(page).toHaveURL(/\/migrations$/);
  await takenOver(page);

  await enter(page, "main a.button[href^='/migrations/new']");
  await enter(page, ".ways a", "Paste a configuration file");
  await expect(page).toHaveURL(/\/migrations\/new$/);
  await tabTo(page, "input[name=name]");
  await keyboard.type(MIGRATION);
  await tabTo(page, "#configuration");
  await keyboard.insertText(trio.demoYaml());
  await enter(page, "button[type=submit]", "Create the migration");
  await expect(page.getByRole("heading", { level: 1, name: MIGRATION })).toBeVisible();

  await enter(page, ".stages a", "Plan");
  await enter(page, "button", "Capture the source and make a plan");
  await expect(page.locator("#plan-sentence")).toContainText(/\d+ steps: /, { timeout: 120_000 });
  // The way back: the button stands above the plan that was just made.
  await enter(page, "button", "Run ", "Shift+Tab");
  await expect(page.locator("#run-sentence")).toHaveText(/^Done: (\d+) of \1 steps done\.$/, { timeout: 300_000 });

  await enter(page, ".stages a", "Result");
  await expect(page.locator("#result-sentence")).toHaveText(/^Everything is there: /);
  await enter(page, "a[href$='/clean']");
  await tabTo(page, "#typed_name");
  await keyboard.type(MIGRATION);
  await enter(page, "button[type=submit]", "Remove ");
  await expect(page.locator("#run-sentence")).toHaveText(/^Cleaned: (\d+) of \1 resources removed\.$/, {
    timeout: 300_000,
  });
});
