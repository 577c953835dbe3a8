import type { Page } from "@playwright/test";
import { Trio } from "../tests/support/ferry";
import { createMigration, expect, makePlan, open, test, welcome } from "../tests/support/page";

const N_LOADS = 7;
const N_KEYS = 40;
const CPU_SLOW_DOWN = 4;
const NAME = "ten thousand steps";

let trio: Trio;

test.use({ trace: "off" });

test.beforeAll(async () => {
  test.setTimeout(1_200_000);
  const workload = process.env.FERRY_BENCH_WORKLOAD;
  if (!workload) throw new Error("start this with `cargo xtask bench console`");
  trio = await Trio.start(workload);
});

test.afterAll(async () => {
  await trio?.stop();
});

function at(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

const ms = (value: number) => `${Math.round(value)} ms`;

function report(what: string, value: string): void {
  process.stdout.write(`| ${what} | ${value} |\n`);
}

/** Milliseconds until the document has arrived whole, as the browser sees it. */
async function documentMs(page: Page): Promise<number> {
  return page.evaluate(() => {
    const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    return entry!.responseEnd - entry!.requestStart;
  });
}

/** Largest Contentful Paint, and when the page was taken over by the browser: it answers from then on. */
async function paintMs(page: Page): Promise<{ largest: number; answers: number }> {
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
  return page.evaluate(
    () =>
      new Promise<{ largest: number; answers: number }>((resolve) => {
        const answers = performance.now();
        new PerformanceObserver((list) => {
          resolve({ largest: list.getEntries().at(-1)?.startTime ?? NaN, answers });
        }).observe({ type: "largest-contentful-paint", buffered: true });
      }),
  );
}

/**
 * Types one letter after the other and measures each from the key to the frame that shows the table drawn anew. A key
 * that draws nothing within five seconds is not counted.
 */
async function keystrokes(page: Page, letters: string): Promise<number[]> {
  await page.locator("#plan-filter").focus();
  const took: number[] = [];
  for (const letter of letters) {
    await page.evaluate((limitMs) => {
      const state = window as unknown as { painted?: Promise<number | null> };
      state.painted = new Promise((resolve) => {
        let began = 0;
        const before = document.querySelector("#plan-rows");
        const observer = new MutationObserver(() => {
          const now = document.querySelector("#plan-rows");
          if (!now || now === before) return;
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
        });
        const pressed = () => {
          began = performance.now();
          observer.observe(document.querySelector("main")!, { childList: true, subtree: true });
          setTimeout(() => resolve(null), limitMs);
        };
        document.addEventListener("keydown", pressed, { once: true, capture: true });
      });
    }, 5_000);
    await page.keyboard.press(letter);
    const ms = await page.evaluate(() => (window as unknown as { painted: Promise<number | null> }).painted);
    if (ms !== null) took.push(ms);
  }
  return took;
}

/** Frames in which a row that can be seen holds no text, while the page scrolls from top to bottom. */
async function blankRows(page: Page): Promise<{ blank: number; frames: number }> {
  return page.evaluate(async () => {
    const frame = document.querySelector("#plan-rows");
    const box = frame && frame.scrollHeight > frame.clientHeight + 1 ? frame : document.scrollingElement!;
    const table = frame ?? document.querySelector("table")!;
    let [blank, frames] = [0, 0];
    const end = box.scrollHeight;
    for (let top = 0; top < end; top += box.clientHeight * 0.7) {
      box.scrollTop = top;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      frames += 1;
      const rows = [...table.querySelectorAll("tr")].filter((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
      });
      if (rows.some((row) => !row.textContent?.trim())) blank += 1;
    }
    return { blank, frames };
  });
}

test("the console over ten thousand steps", async ({ page, context }) => {
  await welcome(page, trio.console);
  const migration = await createMigration(page, NAME, trio.yaml());
  await makePlan(page, 900_000);
  await expect(page.locator("#plan-sentence")).toContainText(/10,?000 steps: /);
  const address = trio.console.origin + migration;

  process.stdout.write(`\n| ${process.env.FERRY_BENCH_BUILD} build, 10,000 steps | |\n|---|---|\n`);
  const documents: number[] = [];
  for (let n_load = 0; n_load < N_LOADS; n_load += 1) {
    await open(page, address);
    documents.push(await documentMs(page));
  }
  report("the first screen's document, median", ms(at(documents, 0.5)));

  const { blank, frames } = await blankRows(page);
  report("frames with a blank row while scrolling", `${blank} of ${frames}`);

  await open(page, address);
  if (await page.locator("#plan-filter").count()) {
    const took: number[] = [];
    while (took.length < N_KEYS) {
      await page.locator("#plan-filter").fill("");
      const some = await keystrokes(page, "view_12");
      if (some.length === 0) throw new Error("the filter changes no row");
      took.push(...some);
    }
    report(`key in the filter to paint, 95th percentile of ${took.length}`, ms(at(took, 0.95)));
  } else {
    report("key in the filter to paint", "the plan has no filter");
  }

  const loads: { largest: number; answers: number }[] = [];
  for (let n_load = 0; n_load < N_LOADS; n_load += 1) {
    const fresh = await context.newPage();
    const session = await context.newCDPSession(fresh);
    await session.send("Network.enable");
    await session.send("Network.setCacheDisabled", { cacheDisabled: true });
    await session.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOW_DOWN });
    await fresh.goto(address);
    loads.push(await paintMs(fresh));
    await fresh.close();
  }
  const median = (pick: (load: { largest: number; answers: number }) => number) => ms(at(loads.map(pick), 0.5));
  report(`Largest Contentful Paint, CPU ${CPU_SLOW_DOWN}x slower, median of ${N_LOADS}`, median((load) => load.largest));
  report(`time to interactive, CPU ${CPU_SLOW_DOWN}x slower, median of ${N_LOADS}`, median((load) => load.answers));
});
