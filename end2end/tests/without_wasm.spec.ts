import { expect, test } from "@playwright/test";
import { Demo } from "./support/ferry";
import { NAME, PASSWORD } from "./support/page";

let demo: Demo;

test.use({ javaScriptEnabled: false });

test.beforeAll(async () => {
  demo = await Demo.start({ scale: 0.001 });
});

test.afterAll(async () => {
  await demo?.stop();
});

test("without scripts the forms work and the pages can be read", async ({ page }) => {
  await page.goto(demo.origin + demo.welcome);
  await page.getByLabel("Name").fill(NAME);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create and sign in" }).click();
  await expect(page.getByText("1 migration.")).toBeVisible();
  await page.getByRole("row").getByRole("link").first().click();
  await expect(page.locator("#plan-sentence")).toContainText(/\d+ steps: /);
  await page.getByRole("button", { name: /^Run \d+ steps on / }).click();
  await expect(page).toHaveURL(/\/runs\//);
  await expect(page.getByText("As loaded")).toBeVisible();
  await expect(page.getByRole("region", { name: "Steps" }).getByRole("row")).not.toHaveCount(0);
});
