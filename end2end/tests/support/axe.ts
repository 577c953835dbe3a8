import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect } from "./page";

/** What axe finds on the page as it stands, each with the elements it is about. */
export async function violations(page: Page): Promise<string[]> {
  const result = await new AxeBuilder({ page }).analyze();
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
}

/** The page is not wider than its window. */
export async function expectToFit(page: Page): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, `${new URL(page.url()).pathname} is wider than its window`).toBeLessThanOrEqual(0);
}

/** In both themes, as wide as a desk and as narrow as a telephone, axe finds nothing and everything fits. */
export async function nothingIsWrong(page: Page): Promise<void> {
  const before = page.viewportSize()!;
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [1280, 400]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await violations(page)).toEqual([]);
      await expectToFit(page);
    }
  }
  await page.setViewportSize(before);
}
