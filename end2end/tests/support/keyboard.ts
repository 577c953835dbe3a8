import type { Page } from "@playwright/test";

/** Presses Tab until the focus is on an element, with a text where one is wanted; it must come within a hundred. */
export async function tabTo(page: Page, selector: string, text = "", key = "Tab"): Promise<void> {
  await page.locator(selector, { hasText: text }).filter({ visible: true }).first().waitFor({ timeout: 30_000 });
  for (let n_pressed = 0; n_pressed < 100; n_pressed += 1) {
    await page.keyboard.press(key);
    const isThere = await page.evaluate(
      ([wanted, text]) => {
        const active = document.activeElement;
        return !!active?.matches(wanted!) && !!active.textContent?.includes(text!);
      },
      [selector, text],
    );
    if (isThere) return;
  }
  throw new Error(`the keyboard never reaches ${selector} ${text}`);
}

/** The same, and Enter there. */
export async function enter(page: Page, selector: string, text = "", key = "Tab"): Promise<void> {
  await tabTo(page, selector, text, key);
  await page.keyboard.press("Enter");
}
