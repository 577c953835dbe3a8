import { expect, test as base, type Page } from "@playwright/test";
import type { Welcoming } from "./ferry";

export const NAME = "anna";
export const PASSWORD = "a sentence is easy to remember";

/** A page whose console must stay free of errors: script errors, refused scripts and styles, missing files. */
export const test = base.extend<{ page: Page; allowed: RegExp[] }>({
  allowed: [[], { option: true }],
  page: async ({ page, allowed }, use) => {
    const errors = watchConsole(page, allowed);
    await use(page);
    expect(errors, "errors in the browser's console").toEqual([]);
  },
});

export { expect };

export function watchConsole(page: Page, allowed: RegExp[] = []): string[] {
  const errors: string[] = [];
  const note = (text: string) => {
    if (!allowed.some((pattern) => pattern.test(text))) errors.push(text);
  };
  page.on("console", (message) => {
    if (message.type() === "error" || /hydrat/i.test(message.text())) note(message.text());
  });
  page.on("pageerror", (error) => note(`${error}`));
  return errors;
}

/** Opens a page and waits until it has been taken over. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await takenOver(page);
}

export async function takenOver(page: Page): Promise<void> {
  await expect(page.locator("html[data-hydrated]")).toBeAttached();
}

/** Makes the first administrator with the one-time link, and arrives at the list of migrations. */
export async function welcome(page: Page, demo: Welcoming): Promise<void> {
  await open(page, demo.origin + demo.welcome);
  await page.getByLabel("Name").fill(NAME);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create and sign in" }).click();
  await expect(page.getByRole("heading", { name: "Migrations", exact: true })).toBeVisible();
}

export async function signIn(page: Page, demo: Welcoming): Promise<void> {
  await open(page, `${demo.origin}/sign-in`);
  await page.getByLabel("Name").fill(NAME);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Migrations", exact: true })).toBeVisible();
}

/** Opens the demo's migration from the list. */
export async function openMigration(page: Page): Promise<void> {
  await page.getByRole("row").getByRole("link").first().click();
  await expect(page.getByRole("navigation", { name: "Stages" })).toBeVisible();
}

/** Makes a migration from a configuration file, and gives its path. */
export async function createMigration(page: Page, name: string, yaml: string): Promise<string> {
  await open(page, new URL("/migrations/new", page.url()).href);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Configuration (YAML)").fill(yaml);
  await page.getByRole("button", { name: "Create the migration" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  return new URL(page.url()).pathname.split("/").slice(0, 3).join("/");
}

/** Captures the source; the plan's sentence says what came of it. */
export async function makePlan(page: Page, timeout = 120_000): Promise<void> {
  await page.getByRole("navigation", { name: "Stages" }).getByRole("link", { name: "Plan", exact: true }).click();
  await page.getByRole("button", { name: "Capture the source and make a plan" }).first().click();
  await expect(page.locator("#plan-sentence")).toContainText(/\d+ steps: /, { timeout });
}

/** Starts a run by the page's one filled button, and waits until its room is live. */
export async function startRun(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Run \d+ steps on / }).click();
  await expect(page).toHaveURL(/\/runs\//);
  await expect(page.locator("[data-link=Live]")).toBeVisible();
}

/** Types the name on the clean page, starts the clean and waits for its end. */
export async function confirmClean(page: Page, name: string): Promise<void> {
  await page.getByLabel(`Type ${name} to confirm`).fill(name);
  await page.getByRole("button", { name: /^Remove \d+ resources from / }).click();
  await expect(page).toHaveURL(/\/runs\//);
  await expect(page.locator("#run-sentence")).toHaveText(/^Cleaned: (\d+) of \1 resources removed\.$/, {
    timeout: 120_000,
  });
}

/** Rows copied so far, as the head of the run room says. */
export async function rowsCopied(page: Page): Promise<number> {
  const text = await page.locator(".room-strip .rows-numbers").innerText();
  return Number((text.split(" of ")[0] ?? "").replace(/\D/g, ""));
}
