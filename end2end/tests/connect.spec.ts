import { nothingIsWrong } from "./support/axe";
import { Demo } from "./support/ferry";
import { expect, open, openMigration, signIn, takenOver, test, welcome } from "./support/page";

let demo: Demo;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  demo = await Demo.start({ scale: 0.001 });
});

test.afterAll(async () => {
  await demo?.stop();
});

test("both deployments are checked line by line, and everything passes", async ({ page }) => {
  await welcome(page, demo);
  await openMigration(page);
  await page.getByRole("link", { name: "Connect", exact: true }).click();
  await expect(page.getByText("Nothing was checked yet.")).toBeVisible();
  await page.getByRole("button", { name: "Check the connections" }).click();
  await expect(page.locator("#check-sentence")).toHaveText(/^Both sides are ready: all 12 checks passed/);
  await takenOver(page);
  const reaches = page.getByRole("list", { name: "Checks of the target" }).locator("[data-item=reaches-source]");
  await expect(reaches).toContainText("The target opened");
  expect(await page.content()).not.toContain("demo-password");
  await nothingIsWrong(page);
});

test("a connection that is changed to a wrong port says what is wrong and what to do", async ({ page }) => {
  await signIn(page, demo);
  await openMigration(page);
  await page.getByRole("link", { name: "Connect", exact: true }).click();
  await page.getByRole("link", { name: "Change the connections" }).click();
  const source = page.getByRole("group", { name: "Source" });
  const address = source.getByLabel("timeplusd", { exact: true });
  const before = await address.inputValue();
  await expect(source.getByLabel("Password")).toHaveValue("");
  await nothingIsWrong(page);
  await address.fill("127.0.0.1:1");
  await page.getByRole("button", { name: "Save and check the connections" }).click();
  await expect(page.locator("#check-sentence")).toHaveText(/^Not ready: /);
  await takenOver(page);
  const network = page.getByRole("list", { name: "Checks of the source" }).locator("[data-item=tcp]");
  await expect(network).toContainText("could not be reached");
  await expect(network).toContainText("Check the address, the port and the firewall");
  await nothingIsWrong(page);

  // A password does not follow to another address: it has to be typed again on the way back.
  await page.getByRole("link", { name: "Change the connections" }).click();
  await page.getByRole("group", { name: "Source" }).getByLabel("timeplusd", { exact: true }).fill(before);
  await page.getByRole("group", { name: "Source" }).getByLabel("Password").fill("demo-password");
  await page.getByRole("button", { name: "Save and check the connections" }).click();
  await expect(page.locator("#check-sentence")).toHaveText(/^Both sides are ready/);
});

test("a migration is made by a form, and what was typed stays when it is refused", async ({ page }) => {
  await signIn(page, demo);
  await page.getByRole("link", { name: "New migration" }).click();
  await page.getByRole("link", { name: "Fill in a form" }).click();
  await expect(page).toHaveURL(/by=form/);
  await page.getByRole("textbox", { name: "Name" }).fill("By form");
  const source = page.getByRole("group", { name: "Source" });
  await source.getByLabel("timeplusd", { exact: true }).fill("127.0.0.1:2");
  await source.getByLabel("User").fill("anna");
  await source.getByLabel("Password").fill("a long secret");
  await nothingIsWrong(page);
  await page.getByRole("button", { name: "Create the migration" }).click();
  await expect(page.locator("#check-sentence")).toHaveText(/^Not ready: /);
  await expect(page.getByText("this migration captures definitions only")).toBeVisible();
  expect(await page.content()).not.toContain("a long secret");

  await page.getByLabel("Name of this migration").fill("By form, renamed");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("heading", { name: "By form, renamed" })).toBeVisible();
  await takenOver(page);
  await page.getByRole("button", { name: "Archive this migration" }).click();
  await expect(page.getByRole("link", { name: "1 archived migration" })).toBeVisible();
  await expect(page.getByRole("link", { name: "By form, renamed" })).toHaveCount(0);
  await page.getByRole("link", { name: "1 archived migration" }).click();
  await expect(page.getByRole("link", { name: "By form, renamed" })).toBeVisible();
  await nothingIsWrong(page);
});

test.describe(() => {
  // Refusals are answers with an error status, which browsers list as errors.
  test.use({ allowed: [/Failed to load resource/] });

  test("mistakes in a configuration are told at line and column, and the text stays", async ({ page }) => {
    await signIn(page, demo);
    await open(page, `${demo.origin}/migrations/new`);
    const text = "source:\n  usrename: a\n";
    await page.getByRole("textbox", { name: "Name" }).fill("Wrong");
    await page.getByLabel("Configuration (YAML)").fill(text);
    const [answer] = await Promise.all([
      page.waitForResponse(/create_migration/),
      page.getByRole("button", { name: "Create the migration" }).click(),
    ]);
    expect(answer.status()).toBe(422);
    await expect(page.getByRole("alert")).toContainText("line 2, column 3");
    await expect(page.getByLabel("Configuration (YAML)")).toHaveValue(text);
  });

  test("a taken name is refused with the reason on the page that it came from", async ({ page }) => {
    await signIn(page, demo);
    await openMigration(page);
    await page.getByRole("link", { name: "Connect", exact: true }).click();
    await page.getByLabel("Name of this migration").fill("By form, renamed");
    await page.getByRole("button", { name: "Rename" }).click();
    await expect(page.getByRole("alert")).toContainText("The name `By form, renamed` is taken.");
    await expect(page).toHaveURL(/\/connect$/);
  });
});

test("two sandboxes are one click away", async ({ page }) => {
  await signIn(page, demo);
  await page.getByRole("button", { name: "Try it with two sandboxes" }).click();
  await expect(page.getByRole("heading", { name: "Two sandboxes" })).toBeVisible({ timeout: 60_000 });
  await expect(page.locator("#check-sentence")).toHaveText(/^Both sides are ready/);
});
