/**
 * The process that loads a project, for nobody else must run what a person wrote: it collects what is declared, says it once
 * and ends.
 */
import { writeSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { collectInto } from "../../model/collector.ts";
import { projectCallSite, relativePath } from "./call-site.ts";
import { describeLoadFailure } from "./load-failure.ts";
import { MESSAGE_DESCRIPTOR, type LoadMessage } from "./load-message.ts";
import { installModuleHooks } from "./module-hooks.ts";
import { ProjectCollector } from "./project-collector.ts";

const main = process.argv[2] ?? "";
const root = dirname(main);
const files = new Set<string>([main]);
let isDone = false;

/** With this, Node ends when a top-level `await` can never be settled. */
const UNSETTLED_AWAIT = 13;

enableCompileCache();
installModuleHooks((path) => files.add(path));
process.on("exit", (exitCode) => {
  if (isDone || exitCode === UNSETTLED_AWAIT) return;
  say({ state: "exited", exitCode, at: projectCallSite(files, root) });
});
await load();

async function load(): Promise<void> {
  const collector = new ProjectCollector(relativePath(root, main), () =>
    projectCallSite(files, root),
  );
  collectInto(collector);
  try {
    await import(pathToFileURL(main).href);
  } catch (error) {
    collector.addProblem(describeLoadFailure(error, main, { root, files }));
  }
  const { resources, problems } = collector.finish();
  const names = [...files].map((path) => relativePath(root, path));
  say({ state: "loaded", declaration: { resources, problems, files: names } });
  // What the project has started, timers or servers, is of no use to anybody.
  process.exit();
}

function say(message: LoadMessage): void {
  isDone = true;
  const bytes = Buffer.from(JSON.stringify(message), "utf8");
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
