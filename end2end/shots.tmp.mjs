import { chromium } from "@playwright/test";
import fs from "node:fs";
const origin = process.argv[2], link = process.argv[3], out = process.argv[4];
fs.mkdirSync(out, { recursive: true });
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
const ctx = await b.newContext({ viewport: { width: 1280, height: 900 } });
const page = await ctx.newPage();
page.on("console", (m) => console.log("console", m.type(), m.text().slice(0, 600)));
page.on("pageerror", (e) => console.log("pageerror", String(e).slice(0, 600)));
const shot = async (name) => page.screenshot({ path: `${out}/${name}.png` });
if (link && link !== "-") {
  await page.goto(origin + link); await page.waitForSelector("html[data-hydrated]", { timeout: 20000 });
  await shot("welcome");
  await page.getByLabel("Name").fill("anna"); await page.getByLabel("Password").fill("a sentence is easy");
  await page.getByRole("button", { name: "Create and sign in" }).click();
} else {
  await page.goto(origin + "/sign-in"); await page.waitForSelector("html[data-hydrated]", { timeout: 20000 });
  await shot("sign_in");
  await page.getByLabel("Name").fill("anna"); await page.getByLabel("Password").fill("a sentence is easy");
  await page.getByRole("button", { name: "Sign in" }).click();
}
await page.waitForURL(/migrations/);
const paths = process.argv.slice(5);
for (const [scheme, width, height] of [["light", 1280, 900], ["dark", 1280, 900], ["light", 1800, 1000], ["dark", 400, 860]]) {
  await page.emulateMedia({ colorScheme: scheme }); await page.setViewportSize({ width, height });
  for (const p of paths) {
    await page.goto(origin + p); await page.waitForSelector("html[data-hydrated]", { timeout: 20000 });
    await page.waitForTimeout(700);
    await shot(`${p.replaceAll("/", "_")}-${scheme}-${width}`);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (over > 0) console.log("OVERFLOW", p, width, over);
  }
}
await b.close();
