import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { Demo } from "../tests/support/ferry";
import { confirmClean, expect, open, openMigration, startRun, test, welcome } from "../tests/support/page";

const FOLDER = process.env.FERRY_SCREENSHOTS ?? "../target/screenshots";
const WIDTHS = [
  { name: "wide", width: 1280, height: 800 },
  { name: "narrow", width: 400, height: 800 },
];

let demo: Demo;

test.beforeAll(async () => {
  test.setTimeout(600_000);
  await mkdir(FOLDER, { recursive: true });
  // Long enough to be pictured eight times while it runs.
  demo = await Demo.start({ scale: 0.02, rowsPerSecond: 2000 });
});

test.afterAll(async () => {
  await demo?.stop();
});

/** What is on the page now, in both themes and widths: the first screen, and of a finished page all of it. */
async function picture(page: Page, name: string, extent: "first screen" | "all" = "all"): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const { name: size, width, height } of WIDTHS) {
      await page.setViewportSize({ width, height });
      await expect(page.locator(".skeleton:not(.design-part *)")).toHaveCount(0);
      const path = (part: string) => join(FOLDER, `${name}-${colorScheme}-${size}${part}.png`);
      await page.screenshot({ path: path("") });
      if (extent === "all") await page.screenshot({ path: path("-all"), fullPage: true });
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

test("pictures of every page", async ({ page }) => {
  await open(page, `${demo.origin}/sign-in`);
  await picture(page, "sign-in", "first screen");
  await open(page, demo.origin + demo.welcome);
  await picture(page, "welcome", "first screen");
  await welcome(page, demo);
  await picture(page, "migrations");
  await open(page, `${demo.origin}/migrations/new`);
  await picture(page, "new-migration");
  await open(page, `${demo.origin}/migrations`);
  await openMigration(page);
  const migration = new URL(page.url()).pathname;
  const name = await page.getByRole("heading", { level: 1 }).innerText();

  await startRun(page);
  const room = new URL(page.url()).pathname;
  await expect(page.locator(".sparkline:not(.empty)")).toBeVisible();
  await picture(page, "run-running", "first screen");
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.locator("#run-sentence")).toHaveText(/^Paused: /, { timeout: 300_000 });
  await picture(page, "run-paused", "first screen");
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("button", { name: "Cancel the run" }).click();
  await expect(page.locator("#run-sentence")).toHaveText(/^Cancelled: /, { timeout: 300_000 });
  await picture(page, "run-cancelled", "first screen");
  await page.getByRole("button", { name: "Try failed steps again" }).click();
  await expect(page.locator("#run-sentence")).toHaveText(/^Done: /, { timeout: 600_000 });
  await picture(page, "run-done");
  await open(page, `${demo.origin}${room}?step=3`);
  await picture(page, "run-step", "first screen");

  // Every stage that this migration has, by its tab.
  await open(page, demo.origin + migration);
  const stages = await page.getByRole("navigation", { name: "Stages" }).getByRole("link").all();
  const addresses = await Promise.all(
    stages.map(async (stage) => ({ name: await stage.innerText(), href: (await stage.getAttribute("href")) ?? "" })),
  );
  for (const { name: stage, href } of addresses) {
    await open(page, new URL(href, page.url()).href);
    await picture(page, `stage-${stage.trim().toLowerCase()}`);
  }
  const plan = demo.origin + migration;
  await page.goto(`${plan}?q=create+database`);
  const database = (await page.locator("#plan-rows tr[data-step]").first().getAttribute("data-step")) ?? "";
  await page.goto(`${plan}?q=create+view`);
  const view = (await page.locator("#plan-rows tr[data-step]").first().getAttribute("data-step")) ?? "";
  for (const [part, query] of [
    ["filtered", "q=copy"],
    ["goes-along", `q=create+database&pick=${database}&do=exclude`],
    ["step", `step=${view}`],
    ["text", "view=yaml"],
    ["graph", "view=graph"],
    ["revisions", "view=revisions"],
  ]) {
    await open(page, `${plan}?${query}`);
    await picture(page, `plan-${part}`, "first screen");
  }
  await open(page, `${demo.origin}${migration}/clean`);
  await picture(page, "clean");
  await confirmClean(page, name);
  await picture(page, "clean-done", "first screen");
  await open(page, `${demo.origin}/design`);
  await picture(page, "design");
});
