import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { nothingIsWrong } from "./support/axe";
import { Trio } from "./support/ferry";
import { createMigration, expect, makePlan, open, startRun, test, welcome } from "./support/page";

/** A run that waits for a person's word, and whose target cannot reach a broker that the source reached. */
const workload = (broker: string) => `
CREATE DATABASE sales;
CREATE STREAM sales.orders (id int64, city string) SETTINGS flush_threshold_ms = 50;
CREATE STREAM sales.cities (city string) SETTINGS flush_threshold_ms = 50;
INSERT INTO sales.orders (id, city) VALUES (1, 'Oslo'), (2, 'Bergen'), (3, 'Oslo');
CREATE EXTERNAL STREAM sales.outgoing (city string) SETTINGS type = 'kafka', brokers = '${broker}', topic = 'cities';
CREATE MATERIALIZED VIEW sales.to_cities INTO sales.cities AS SELECT city FROM sales.orders;
CREATE MATERIALIZED VIEW sales.to_outgoing INTO sales.outgoing AS SELECT city FROM sales.orders;
`;

let trio: Trio;
let folder: string;
let broker: Server;
let port = 0;

function listen(): Promise<void> {
  broker = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    broker.once("error", reject);
    broker.listen(port, "127.0.0.1", () => {
      port = (broker.address() as AddressInfo).port;
      resolve();
    });
  });
}

function close(): Promise<void> {
  return new Promise((resolve) => broker.close(() => resolve()));
}

// While the console is away, the browser says so of the socket and of what it asks.
test.use({ allowed: [/WebSocket connection to|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/] });

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ferry-cut-over-"));
  const file = join(folder, "workload.sql");
  await listen();
  await writeFile(file, workload(`127.0.0.1:${port}`));
  trio = await Trio.start(file);
  await close();
});

test.afterAll(async () => {
  await trio?.stop();
  await close();
  await rm(folder, { recursive: true, force: true });
});

/** The row of a step. */
function row(page: Page, action: string, resource: string) {
  const word = page.locator(".action-word", { hasText: action });
  return page.locator("tbody tr[data-state]", { hasText: resource }).filter({ has: word });
}

test("a run waits for the word to cut over, and says what is deferred until it can be reached", async ({ page }) => {
  await welcome(page, trio.console);
  const settings = "cut_over: on_request\ndeferred_rounds: 0\n";
  const sides = `${trio.source.yaml("source")}${trio.target.yaml("target")}`;
  await createMigration(page, "on my word", `${sides}${settings}`);
  await makePlan(page);
  await startRun(page);

  const sentence = page.locator("#run-sentence");
  const awaits = /^Copied and verified, waiting for your word to cut over: \d+ of \d+ steps done\.$/;
  await expect(sentence).toHaveText(awaits, { timeout: 100_000 });
  await expect(page.locator("main")).toContainText("2 resources that write or act by themselves start on the target");
  await expect(page.locator("main")).toContainText("1 creation is deferred: the target cannot reach what it needs");
  await expect(page.locator("main")).toContainText(`cannot reach \`127.0.0.1:${port}\``);
  await expect(row(page, "create", "to_cities")).toHaveAttribute("data-state", "Waiting");
  await expect(row(page, "create", "outgoing").first()).toHaveAttribute("data-state", "Deferred");
  await nothingIsWrong(page);

  // Rows can follow until the word is given.
  await trio.source.execute("INSERT INTO sales.orders (id, city) VALUES (4, 'Bergen')");
  await expect(async () => {
    await page.getByRole("button", { name: "Catch up" }).click();
    await expect(sentence).toHaveText(awaits, { timeout: 60_000 });
    await expect(row(page, "compare", "orders")).toContainText(
      "4 rows on both sides",
      { timeout: 1_000 },
    );
  }).toPass({ timeout: 100_000 });

  // The wait outlives the console.
  await trio.console.stop("SIGKILL");
  await trio.console.startAgain();
  await open(page, page.url());
  await expect(sentence).toHaveText(awaits);
  await page.getByRole("button", { name: "Cut over now" }).click();
  await expect(sentence).toHaveText(
    /^Everything else is done: \d+ of \d+ steps\. 1 creation is deferred because the target cannot reach what it needs, and 1 step waits for it\.$/,
    { timeout: 60_000 },
  );
  await expect(page.locator(".log-lines")).toContainText("anna gave the word to cut over.");
  await expect(row(page, "create", "to_cities")).toHaveAttribute("data-state", "Done");
  await expect(row(page, "create", "to_outgoing")).toContainText("which is deferred");
  await nothingIsWrong(page);

  await listen();
  await page.getByRole("button", { name: "Try deferred creations again" }).click();
  await expect(sentence).toHaveText(/^Done: (\d+) of \1 steps done\.$/, { timeout: 60_000 });
});
