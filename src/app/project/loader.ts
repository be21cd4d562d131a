import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { collectInto } from "../../model/collector.ts";
import { projectCallSite, relativePath } from "./call-site.ts";
import { MESSAGE_DESCRIPTOR, MESSAGE_END, type LoadMessage } from "./load-message.ts";
import { installModuleHooks } from "./module-hooks.ts";
import { ProjectCollector } from "./project-collector.ts";

/** With this, Node ends when a top-level `await` can never be settled. */
const UNSETTLED_AWAIT = 13;

/** About a second: what takes longer may be no output at all, but a connection of the project. */
const LIMIT_WAITS = 1_000;

/**
 * Loads a project in this process, for nobody else must run what a person wrote: collects what is declared, says it once and
 * ends the process.
 *
 * @param main - The absolute path of its `main.ts`.
 */
export async function runLoader(main: string): Promise<void> {
  const root = dirname(main);
  const files = new Set<string>([main]);
  const locate = (): ReturnType<typeof projectCallSite> => projectCallSite(files, root);
  let isDone = false;
  installModuleHooks((path) => files.add(path));
  process.on("exit", (exitCode) => {
    const at = locate();
    if (isDone || (exitCode === UNSETTLED_AWAIT && at === null)) return;
    say({ state: "exited", exitCode, at });
  });
  const collector = new ProjectCollector(relativePath(root, main), locate);
  collectInto(collector);
  const { promise: thrown, reject } = Promise.withResolvers<never>();
  // What a callback throws, or a promise that nobody awaits.
  process.on("uncaughtException", reject);
  try {
    await Promise.race([import(pathToFileURL(main).href), thrown]);
  } catch (error) {
    const { describeLoadFailure } = await import("./load-failure.ts");
    collector.addProblem(await describeLoadFailure(error, main, { root, files }));
  }
  await printed();
  const { resources, invalid, problems } = collector.finish();
  const names = [...files].map((path) => relativePath(root, path));
  isDone = true;
  // Whoever hears of it may end this process at once: what was compiled is kept before.
  flushCompileCache();
  say({ state: "loaded", declaration: { resources, invalid, problems, files: names } });
  // What the project has started, timers or servers, is of no use to anybody.
  process.exit();
}

/**
 * Waits until what a person's file has printed is written, about a second at the most. Looking at `process.stdout` itself would
 * make it, which takes long.
 */
export async function printed(): Promise<void> {
  const isWriting = (): boolean =>
    process.getActiveResourcesInfo().some((name) => name.endsWith("WriteWrap"));
  for (let waited = 0; waited < LIMIT_WAITS && isWriting(); waited += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/**
 * Says what became of loading.
 *
 * @param message - It.
 */
export function say(message: LoadMessage): void {
  const bytes = Buffer.from(JSON.stringify(message) + MESSAGE_END, "utf8");
  for (let written = 0; written < bytes.length;) written += writeSome(bytes.subarray(written));
}

function writeSome(bytes: Uint8Array): number {
  try {
    return writeSync(MESSAGE_DESCRIPTOR, bytes);
  } catch (error) {
    // The reader is slower than we are.
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      return 0;
    }
    throw error;
  }
}
