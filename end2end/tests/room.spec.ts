import type { Page } from "@playwright/test";
import { Demo } from "./support/ferry";
import { expect, open, openMigration, rowsCopied, signIn, startRun, takenOver, test, welcome } from "./support/page";

/** The run room: what it shows first, how often it paints, and that everything in it has an address. */
let demo: Demo;
let room: string;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  demo = await Demo.start({ scale: 0.02, rowsPerSecond: 2000 });
});

test.afterAll(async () => {
  await demo?.stop();
});

type Watched = { frames: number[]; tooFull: string[] };

/** Notes each frame that changed the page, and each bar that was full while something was left to do. */
async function watchPaints(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watched: Watched = { frames: [], tooFull: [] };
    (window as unknown as { watched: Watched }).watched = watched;
    let isDue = false;
    const observer = new MutationObserver(() => {
      const full = (bar: HTMLProgressElement) => bar.value >= bar.max;
      for (const row of document.querySelectorAll("tr[data-state]:not([data-state=Done])")) {
        const bar = row.querySelector("progress");
        if (bar && full(bar)) watched.tooFull.push(row.id);
      }
      const whole = document.querySelector<HTMLProgressElement>(".room-strip progress");
      const sentence = document.querySelector("#run-sentence")?.textContent ?? "";
      if (whole && full(whole) && !sentence.startsWith("Done")) watched.tooFull.push(sentence);
      if (isDue) return;
      isDue = true;
      requestAnimationFrame(() => {
        isDue = false;
        watched.frames.push(performance.now());
      });
    });
    observer.observe(document.querySelector(".room")!, {
      childList: true,
      subtree: true,
      characterData: true,
      attributes: true,
      attributeFilter: ["value", "data-state"],
    });
  });
}

test("what runs stands before what is done, and nothing is painted too often or too early", async ({ page }) => {
  await welcome(page, demo);
  await openMigration(page);
  await startRun(page);
  room = new URL(page.url()).pathname;
  await watchPaints(page);
  await expect.poll(() => rowsCopied(page)).toBeGreaterThan(0);
  const groups = () => page.locator("tr.group").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-group")));
  const order = ["failed", "running", "waiting", "pending", "done"];
  const seen = await groups();
  expect(seen).toEqual(order.filter((group) => seen.includes(group)));
  await expect(page.locator("tr[data-state=Running]").first()).toBeInViewport();

  await expect(page.locator("#run-sentence")).toHaveText(/^Done: (\d+) of \1 steps done\.$/, { timeout: 100_000 });
  const { frames, tooFull } = await page.evaluate(() => (window as unknown as { watched: Watched }).watched);
  expect(tooFull).toEqual([]);
  expect(frames.length).toBeGreaterThan(3);
  // A paint may be spread over two frames; four paints begin in any second, and one more at its edge.
  const busiest = Math.max(...frames.map((began) => frames.filter((at) => at >= began && at < began + 1000).length));
  expect(busiest).toBeLessThanOrEqual(10);
  await expect(page.locator("tr.group")).toHaveCount(1);
});

test("rows keep their places while somebody is in the table", async ({ page }) => {
  await signIn(page, demo);
  await open(page, demo.origin + room);
  await page.locator("#step-5").hover();
  await expect(page.locator(".held-note")).toBeHidden();
  await page.locator("#step-5 .step-link").focus();
  await expect(page.locator("#step-5 .step-link")).toBeFocused();
});

test("groups, phases, steps and events have addresses; back and forward work", async ({ page }) => {
  await signIn(page, demo);
  await open(page, demo.origin + room);
  await page.getByRole("list", { name: "Phases" }).getByRole("link", { name: /Copy rows/ }).click();
  await expect(page).toHaveURL(/phase=\d/);
  const only = page.locator("tr[data-state]", { hasNotText: "copy rows" });
  await expect(only).toHaveCount(0);
  await page.getByRole("list", { name: "Steps" }).getByRole("link", { name: /done$/ }).click();
  await expect(page).toHaveURL(/show=done&phase=\d/);
  await page.goBack();
  await expect(page).toHaveURL(/\?phase=\d$/);
  await page.goForward();
  await expect(page).toHaveURL(/show=done/);
  await page.getByRole("link", { name: "Show all steps" }).click();

  await page.locator("#step-3 .step-link").click();
  await expect(page.getByRole("heading", { name: "Log of step 3" })).toBeVisible();
  await expect(page.locator(".log-step").first()).toHaveText("3");
  expect(new Set(await page.locator(".log-step").allInnerTexts())).toEqual(new Set(["3"]));
  await page.locator(".log-time").first().click();
  await expect(page).toHaveURL(/step=3&from=\d+#log$/);

  await open(page, `${demo.origin}${room}?from=2&to=6`);
  await expect(page.getByRole("heading", { name: "Log from event 2 on" })).toBeVisible();
  await expect(page.locator(".log-lines li")).toHaveCount(5);
  await page.reload();
  await takenOver(page);
  await expect(page.locator(".log-lines li")).toHaveCount(5);
  await expect(page.locator("#event-2")).toBeVisible();
  await page.getByRole("link", { name: "Show the whole log" }).click();
  await expect(page.getByRole("heading", { name: "Log", exact: true })).toBeVisible();
});

test("the head of the room and the result can be read without seeing them", async ({ page }) => {
  await signIn(page, demo);
  await open(page, demo.origin + room);
  await expect(page.locator(".room-head")).toMatchAriaSnapshot(`
    - heading /\\d+ of \\d+ steps done/ [level=2]
    - link "Remove what it made"
    - list "Steps":
      - listitem:
        - link /\\d+ done/
    - progressbar
    - list "Phases":
      - listitem:
        - link /Create what holds and describes data .* done/
  `);
  await page.getByRole("navigation", { name: "Stages" }).getByRole("link", { name: "Result" }).click();
  await expect(page.locator("#result-sentence")).toHaveText(
    /^Everything is there: \d+ resources; \d+ streams hold as many rows as their source\.$/,
  );
  await expect(page.locator("main")).toMatchAriaSnapshot(`
    - region /Everything is there/:
      - heading /Everything is there/ [level=2]
      - link "Open the run"
      - link "Remove what it made"
      - list "Result":
        - listitem:
          - link /\\d+ equal/
        - listitem:
          - link /\\d+ created/
      - region "Resources":
        - table
    - region "Runs of this migration":
      - heading "Runs of this migration" [level=2]
      - region "Runs":
        - table
  `);
  const rows = page.getByRole("region", { name: "Resources" }).locator("tbody tr");
  const n_rows = await rows.count();
  await page.getByRole("list", { name: "Result" }).getByRole("link", { name: /equal$/ }).click();
  await expect(page).toHaveURL(/show=equal/);
  await expect.poll(() => rows.count()).toBeLessThan(n_rows);
  await expect(page.locator("tr[data-verdict]:not([data-verdict=equal])")).toHaveCount(0);
});
