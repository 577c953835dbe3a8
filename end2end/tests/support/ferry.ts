import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** How long a start may take: two sandboxes, the demo workload, a capture and a plan, in a debug build. */
const START_LIMIT_MS = 180_000;
const STOP_LIMIT_MS = 20_000;

export type DemoOptions = {
  /** 1 is two million rows. */
  scale: number;
  /** Rows of one block: small blocks make a run long enough to be watched. */
  maxBlockSize: number;
};

/** `ferry demo` on ports chosen by the system: a console, two sandboxes, and a migration that is ready to run. */
export class Demo {
  private constructor(
    private readonly process: ChildProcess,
    /** Where the console is. */
    readonly origin: string,
    /** The one-time link, as a path. */
    readonly welcome: string,
  ) {}

  static async start({ scale, maxBlockSize }: DemoOptions): Promise<Demo> {
    const binary = process.env.FERRY_BIN ?? "../target/debug/ferry";
    const site = process.env.FERRY_SITE ? ["--site", process.env.FERRY_SITE] : [];
    const args = ["demo", "--listen", "127.0.0.1:0", "--scale", `${scale}`, "--max-block-size", `${maxBlockSize}`];
    const child = spawn(binary, [...args, ...site], { stdio: ["ignore", "pipe", "pipe"] });
    const said: string[] = [];
    child.stderr.on("data", (text) => said.push(`${text}`));
    const link = await firstLink(child, said);
    return new Demo(child, link.origin, link.pathname);
  }

  /** Ends the console as Ctrl-C does, and waits for its end. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = once(this.process, "exit");
    this.process.kill("SIGINT");
    const limit = setTimeout(() => this.process.kill("SIGKILL"), STOP_LIMIT_MS);
    await ended;
    clearTimeout(limit);
  }
}

function firstLink(child: ChildProcess, said: string[]): Promise<URL> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`no link within ${START_LIMIT_MS} ms\n${said.join("")}`));
    }, START_LIMIT_MS);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`ferry ended with ${code}\n${said.join("")}`)));
    createInterface({ input: child.stdout! }).on("line", (line) => {
      said.push(`${line}\n`);
      const found = line.match(/https?:\/\/\S+\/welcome\/\S+/);
      if (found) {
        clearTimeout(limit);
        resolve(new URL(found[0]));
      }
    });
  });
}
