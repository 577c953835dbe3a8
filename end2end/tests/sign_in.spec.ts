import { Demo } from "./support/ferry";
import { expect, open, signIn, test, welcome, NAME, PASSWORD } from "./support/page";

let demo: Demo;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  demo = await Demo.start({ scale: 0.001 });
});

test.afterAll(async () => {
  await demo?.stop();
});

test("a stranger is sent to the sign-in page and sees no migration", async ({ page }) => {
  await open(page, `${demo.origin}/migrations`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("the one-time link makes the first administrator", async ({ page }) => {
  await welcome(page, demo);
  await expect(page.getByText(NAME, { exact: true })).toBeVisible();
});

test("the one-time link works once", async ({ page }) => {
  await open(page, demo.origin + demo.welcome);
  await expect(page.getByText("This link was used before or is too old.")).toBeVisible();
});

test.describe(() => {
  // The refusal is an answer with an error status, which browsers list as an error.
  test.use({ allowed: [/Failed to load resource/] });

  test("a wrong password is refused, and the name that was typed stays", async ({ page }) => {
    await open(page, `${demo.origin}/sign-in`);
    await page.getByLabel("Name").fill(NAME);
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert")).toContainText("Name or password is wrong");
    await expect(page.getByLabel("Name")).toHaveValue(NAME);
    await expect(page).toHaveURL(/\/sign-in/);
  });
});

test("after signing out the migrations are closed again", async ({ page }) => {
  await signIn(page, demo);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goto(`${demo.origin}/migrations`);
  await expect(page).toHaveURL(/\/sign-in/);
});

test("whoever signs in arrives where they wanted to go", async ({ page }) => {
  await open(page, `${demo.origin}/migrations/new`);
  await page.getByLabel("Name").fill(NAME);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "New migration" })).toBeVisible();
});
