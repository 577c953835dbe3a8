import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** How long a start may take: two sandboxes, the demo workload, a capture and a plan, in a debug build. */
const START_LIMIT_MS = 240_000;
const STOP_LIMIT_MS = 30_000;

export type DemoOptions = {
  /** 1 is two million rows. */
  scale: number;
  /** Rows that one copy gets in a second at most, where a run has to last long enough to be watched. */
  rowsPerSecond?: number;
};

/** Something with a console in it that a person can come into. */
export type Welcoming = { readonly origin: string; readonly welcome: string };

/** A process of the binary `ferry`. */
class FerryProcess {
  private constructor(private readonly child: ChildProcess) {}

  /** Starts it and waits for the first line that says what is wanted. */
  static async start<Wanted>(
    args: string[],
    wanted: (line: string) => Wanted | undefined,
  ): Promise<{ process: FerryProcess; found: Wanted }> {
    const child = spawn(process.env.FERRY_BIN ?? "../target/debug/ferry", args, { stdio: ["ignore", "pipe", "pipe"] });
    const said: string[] = [];
    child.stderr.on("data", (text) => {
      said.push(`${text}`);
      // Enough to tell why a start failed; a long life says a lot.
      if (said.length > 200) said.shift();
    });
    const found = await new Promise<Wanted>((resolve, reject) => {
      const limit = setTimeout(() => {
        child.kill("SIGKILL");
        reject(new Error(`ferry ${args[0]} was not ready within ${START_LIMIT_MS} ms\n${said.join("")}`));
      }, START_LIMIT_MS);
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`ferry ${args[0]} ended with ${code}\n${said.join("")}`)));
      createInterface({ input: child.stdout! }).on("line", (line) => {
        const found = wanted(line);
        if (found !== undefined) {
          clearTimeout(limit);
          resolve(found);
        }
      });
    });
    return { process: new FerryProcess(child), found };
  }

  /** Ends it with a signal, Ctrl-C unless another is named, and waits for its end. */
  async stop(signal: NodeJS.Signals = "SIGINT"): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill(signal);
    const limit = setTimeout(() => this.child.kill("SIGKILL"), STOP_LIMIT_MS);
    await ended;
    clearTimeout(limit);
  }
}

function siteArgs(): string[] {
  return process.env.FERRY_SITE ? ["--site", process.env.FERRY_SITE] : [];
}

function welcomeLink(line: string): URL | undefined {
  const found = line.match(/https?:\/\/\S+\/welcome\/\S+/);
  return found ? new URL(found[0]) : undefined;
}

/** `ferry demo` on ports chosen by the system: a console, two sandboxes, and a migration that is ready to run. */
export class Demo implements Welcoming {
  private constructor(
    private readonly process: FerryProcess,
    /** Where the console is. */
    readonly origin: string,
    /** The one-time link, as a path. */
    readonly welcome: string,
  ) {}

  static async start({ scale, rowsPerSecond }: DemoOptions): Promise<Demo> {
    const args = ["demo", "--listen", "127.0.0.1:0", "--scale", `${scale}`];
    if (rowsPerSecond !== undefined) args.push("--rows-per-second", `${rowsPerSecond}`);
    const { process, found } = await FerryProcess.start([...args, ...siteArgs()], welcomeLink);
    return new Demo(process, found.origin, found.pathname);
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }
}

type Side = { timeplusd_address: string; app_server_address: string; timeplusd_http_address: string };

/** `ferry sandbox` with a folder of its own: it can be stopped and started again where it was. */
export class Sandbox {
  private constructor(
    private process: FerryProcess,
    private readonly args: string[],
    private readonly side: Side,
    private readonly folder: string,
  ) {}

  static async start(workload: string, { scale, rowsPerSecond }: DemoOptions = { scale: 0.01 }): Promise<Sandbox> {
    const folder = await mkdtemp(join(tmpdir(), "ferry-sandbox-"));
    const [native, app, http] = [await freePort(), await freePort(), await freePort()];
    const args = ["sandbox", "--scale", `${scale}`, "--data-dir", folder, "--user", "mover", "--password", "let me in"];
    args.push("--native", `127.0.0.1:${native}`, "--app", `127.0.0.1:${app}`, "--http", `127.0.0.1:${http}`);
    if (rowsPerSecond !== undefined) args.push("--rows-per-second", `${rowsPerSecond}`);
    const { process, found } = await FerryProcess.start([...args, "--workload", workload], sideOf);
    return new Sandbox(process, args, found, folder);
  }

  /** Goes away, as a machine does that loses its power. */
  async goAway(): Promise<void> {
    await this.process.stop("SIGKILL");
  }

  /** Comes back with everything it held, at the same addresses. */
  async comeBack(): Promise<void> {
    const { process } = await FerryProcess.start([...this.args, "--workload", "empty"], sideOf);
    this.process = process;
  }

  /** Runs a statement, as somebody beside Ferry would. */
  async execute(sql: string): Promise<void> {
    const answer = await fetch(`${this.side.app_server_address}/default/api/v1beta2/exec`, {
      method: "POST",
      headers: {
        Authorization: `Basic ${Buffer.from("mover:let me in").toString("base64")}`,
        "Content-Type": "application/json",
      },
      body: JSON.stringify({ sql, type: "ddl", timeout_ms: 60_000 }),
    });
    if (!answer.ok) throw new Error(`${sql}: ${await answer.text()}`);
  }

  /** Its part of a configuration. */
  yaml(name: "source" | "target"): string {
    const lines = Object.entries({ ...this.side, username: "mover", password: "let me in" });
    return `${name}:\n${lines.map(([key, value]) => `  ${key}: ${value}\n`).join("")}`;
  }

  async stop(): Promise<void> {
    await this.process.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function sideOf(line: string): Side | undefined {
  if (!line.startsWith("{")) return undefined;
  const { timeplusd_address, app_server_address, timeplusd_http_address } = JSON.parse(line) as Side;
  return { timeplusd_address, app_server_address, timeplusd_http_address };
}

/** `ferry serve` over a folder of its own: it can be stopped and started again at the same address. */
export class Console implements Welcoming {
  private constructor(
    private process: FerryProcess,
    private readonly args: string[],
    readonly origin: string,
    readonly welcome: string,
    private readonly folder: string,
  ) {}

  static async start(): Promise<Console> {
    const folder = await mkdtemp(join(tmpdir(), "ferry-console-"));
    const args = ["serve", "--listen", `127.0.0.1:${await freePort()}`, "--data-dir", folder, ...siteArgs()];
    const { process, found } = await FerryProcess.start(args, welcomeLink);
    return new Console(process, args, found.origin, found.pathname, folder);
  }

  async stop(signal: NodeJS.Signals = "SIGINT"): Promise<void> {
    await this.process.stop(signal);
  }

  async startAgain(): Promise<void> {
    const { process } = await FerryProcess.start(this.args, (line) => (line.includes(this.origin) ? true : undefined));
    this.process = process;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A source that holds rows, an empty target, and a console that knows neither. */
export class Trio {
  private constructor(
    readonly source: Sandbox,
    readonly target: Sandbox,
    readonly console: Console,
  ) {}

  static async start(workload: string, options?: DemoOptions): Promise<Trio> {
    const started: { stop(): Promise<void> }[] = [];
    const keep = async <One extends { stop(): Promise<void> }>(starting: Promise<One>): Promise<One> => {
      const one = await starting;
      started.push(one);
      return one;
    };
    try {
      const source = await keep(Sandbox.start(workload, options));
      const target = await keep(Sandbox.start("empty"));
      return new Trio(source, target, await keep(Console.start()));
    } catch (error) {
      await Promise.all(started.map((one) => one.stop()));
      throw error;
    }
  }

  /** The same with a source that these statements make. */
  static async of(statements: string): Promise<Trio> {
    const folder = await mkdtemp(join(tmpdir(), "ferry-workload-"));
    try {
      const file = join(folder, "workload.sql");
      await writeFile(file, statements);
      return await Trio.start(file);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Both sides in the vendor's configuration. */
  yaml(): string {
    return this.source.yaml("source") + this.target.yaml("target");
  }

  /** The same for the demo's rows, with what its app server never gives back. */
  demoYaml(): string {
    return `${this.yaml()}secrets:\n  sink.Speeding to chat.properties.url: https://chat.example.net/hooks/demo\n`;
  }

  async stop(): Promise<void> {
    await this.console.remove();
    await this.target.stop();
    await this.source.stop();
  }
}

/**
 * A port that nobody has, below those that the system gives to outgoing connections: a process that was stopped finds
 * it free when it starts again, and nobody who asks for it meanwhile can be connected to itself.
 */
async function freePort(): Promise<number> {
  for (let n_tries = 0; n_tries < 100; n_tries += 1) {
    const port = 12_000 + Math.floor(Math.random() * 18_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (isFree) {
      await new Promise((resolve) => server.close(resolve));
      return port;
    }
  }
  throw new Error("no port is free");
}
