import { Console, Sandbox } from "./support/ferry";
import { enter, tabTo } from "./support/keyboard";
import { expect, NAME, open, PASSWORD, takenOver, test } from "./support/page";

/** The whole path from the vendor's file to the clean by somebody who has no pointer. */
let source: Sandbox;
let target: Sandbox;
let console_: Console;

const MIGRATION = "by keyboard";
const SECRETS = "secrets:\n  sink.Speeding to chat.properties.url: https://chat.example.net/hooks/demo\n";

test.beforeAll(async () => {
  test.setTimeout(300_000);
  source = await Sandbox.start("demo", { scale: 0.001 });
  target = await Sandbox.start("empty");
  console_ = await Console.start();
});

test.afterAll(async () => {
  await console_?.remove();
  await target?.stop();
  await source?.stop();
});

test("from the vendor's file to the clean with the keyboard alone", async ({ page }) => {
  test.setTimeout(600_000);
  const { keyboard } = page;
  await open(page, console_.origin + console_.welcome);
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
  await keyboard.insertText([source.yaml("source"), target.yaml("target"), SECRETS].join(""));
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
