import { randomInt } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { connectControl, type ControlClient } from "../../src/app/control/connect-control.ts";
import type { ProjectStatus, ResourceStatus } from "../../src/model/control.ts";
import { BIN, cli, start, type Finished, type RunOptions } from "./cli.ts";
import { testFolder, type TestFolder } from "./folder.ts";
import { until } from "./supervised.ts";

/** Each test of `clockwork up` waits for a program to do many things, on a machine that may be slow. */
export const WATCHING_MS = 240_000;

/** So long something may take to come to be written: it fails with what was written instead. */
const UNTIL_MS = 90_000;

/** A `clockwork up` that runs. */
export interface UpRun {
  readonly pid: number;
  /** All that it wrote, to standard output and to standard error. */
  readonly text: () => string;
  /** Waits until what it wrote after what was found last matches; gives what matched. */
  readonly until: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** How often something stands in all that it wrote. */
  readonly count: (pattern: RegExp) => number;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Tells it to stop, and gives its exit code. */
  readonly stop: () => Promise<number | null>;
  /** Ends it at once, as a crash does. */
  readonly crash: () => Promise<void>;
  readonly finished: Promise<Finished>;
}

/** A project in a folder of its own that `clockwork up` keeps true. */
export interface UpProject extends TestFolder, AsyncDisposable {
  readonly run: (...args: readonly string[]) => Promise<Finished>;
  readonly read: (name: string) => string;
  readonly has: (name: string) => boolean;
  /** Starts `clockwork up` in its folder. */
  readonly up: (...args: readonly string[]) => UpRun;
  /** Asks the `clockwork up` that runs, once it watches. */
  readonly ask: <T>(question: (control: ControlClient) => Promise<T>) => Promise<T>;
  readonly status: () => Promise<ProjectStatus>;
  /** Asks it as soon as it answers: it may not watch yet. */
  readonly askAtOnce: UpProject["ask"];
  readonly told: UpProject["status"];
  /** What is known of one resource; it must be watched. */
  readonly resource: (name: string) => Promise<ResourceStatus>;
  /** Waits until that is so of a resource. */
  readonly untilResource: (
    name: string,
    isSo: (status: ResourceStatus) => boolean,
    what: string,
  ) => Promise<void>;
}

/** Makes a project; what it deployed is destroyed, and what runs is ended when the test is over. */
export function upProject(main: string | null, { env }: Pick<RunOptions, "env"> = {}): UpProject {
  const folder = testFolder();
  const where = { cwd: folder.path, ...(env === undefined ? {} : { env }) };
  const runs: UpRun[] = [];
  if (main !== null) folder.write("main.ts", main);
  const askAtOnce: UpProject["ask"] = async (question) => {
    let control: ControlClient | null = null;
    await until(async () => {
      control = await connectControl(join(folder.path, ".clockwork"));
      return control !== null;
    }, "clockwork up answers");
    await using open = control as ControlClient | null;
    if (open === null) throw new Error("it went away");
    return await question(open);
  };
  const told = (): Promise<ProjectStatus> => askAtOnce((control) => control.status());
  const ask: UpProject["ask"] = async (question) => {
    await until(async () => (await told()).runningSince !== null, "clockwork up watches");
    return await askAtOnce(question);
  };
  const status = (): Promise<ProjectStatus> => ask((control) => control.status());
  const resource = async (name: string): Promise<ResourceStatus> => {
    const found = (await status()).resources.find((each) => each.resource === name);
    if (found === undefined) throw new Error(`${name} is not watched`);
    return found;
  };
  return {
    ...{ ...folder, ask, status, askAtOnce, told, resource },
    run: (...args) => cli(args, where),
    read: (name) => readFileSync(join(folder.path, name), "utf8"),
    has: (name) => existsSync(join(folder.path, name)),
    up: (...args) => {
      const run = startUp(args, where);
      runs.push(run);
      return run;
    },
    untilResource: (name, isSo, what) => until(async () => isSo(await resource(name)), what),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(runs.map((run) => run.crash()));
      const destroyed = existsSync(join(folder.path, ".clockwork"))
        ? await cli(["destroy", "--yes", "--delete-data", "--deadline", "60s"], where)
        : null;
      folder[Symbol.dispose]();
      if ((destroyed?.code ?? 0) > 1) throw new Error(`not destroyed: ${destroyed?.stderr ?? ""}`);
    },
  };
}

/** Starts `clockwork up` anywhere. */
export function startUp(args: readonly string[], options: RunOptions): UpRun {
  const { child, finished } = start(process.execPath, [BIN, "up", ...args], options);
  let text = "";
  let foundAt = 0;
  let onText = (): void => undefined;
  const gather = (more: string): void => {
    text += more;
    onText();
  };
  child.stdout.on("data", gather);
  child.stderr.on("data", gather);
  const { pid } = child;
  if (pid === undefined) throw new Error("it did not start");
  return {
    ...{ pid, finished },
    text: () => text,
    count: (pattern) => text.match(new RegExp(pattern, "gu"))?.length ?? 0,
    until: async (pattern) => {
      const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
      onText = () => {
        const match = pattern.exec(text.slice(foundAt));
        if (match !== null) resolve(match);
      };
      onText();
      const fail = (what: string): void => {
        reject(new Error(`${what} ${String(pattern)}:\n${text}`));
      };
      void finished.then(() => {
        fail("ended without");
      });
      const timer = setTimeout(fail, UNTIL_MS, "did not write");
      const found = await promise.finally(() => {
        clearTimeout(timer);
      });
      foundAt += found.index + found[0].length;
      return found;
    },
    signal: (signal) => {
      child.kill(signal);
    },
    stop: async () => {
      child.kill("SIGTERM");
      return (await finished).code;
    },
    crash: async () => {
      child.kill("SIGKILL");
      await finished;
    },
  };
}

/** A number of seconds to sleep that no other process of this machine sleeps. */
export function oddSeconds(): string {
  return `${String(randomInt(100_000, 1_000_000))}.${String(randomInt(100_000, 1_000_000))}`;
}

/** The processes of this machine that have an argument. */
export function pidsWith(argument: string): readonly number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/u.test(name)) return [];
    try {
      const hasIt = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0").includes(argument);
      return hasIt ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}
