#!/usr/bin/env node
// This file must parse on old versions of Node, so that it can say which one is needed: nothing newer than ES2017 here.

/** The oldest version of Node that has what the program needs. */
const NEEDED_MAJOR = 24;

/** The commands that load a project, whatever else they are told. */
const LOADING = ["apply", "assert", "compile", "graph", "import", "plan"];

const major = Number(process.versions.node.split(".")[0]);
if (major < NEEDED_MAJOR) {
  process.stderr.write(
    `clockwork needs Node ${String(NEEDED_MAJOR)} or newer; this is ${process.version}.\n` +
      "Install it from https://nodejs.org, or add the npm package node@24 to the project.\n",
  );
  process.exitCode = 78;
} else {
  void start();
}

async function start(): Promise<void> {
  const { enableCompileCache } = await import("node:module");
  enableCompileCache();
  const args = process.argv.slice(2);
  const stopLoading = await loadEarly(args);
  const { main } = await import("./main.ts");
  await main(args);
  stopLoading();
}

// For all other commands, what loads a project is not even read.
async function loadEarly(args: readonly string[]): Promise<() => void> {
  if (!LOADING.some((name) => name === args[0])) return () => undefined;
  const early = await import("./early-loading.ts");
  return early.loadEarly(args);
}
