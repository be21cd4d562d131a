import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { testFolder, type TestFolder } from "../../test/support/folder.ts";
import { assertMs, expectOneFailure } from "../assertions.ts";
import { findGoss, gossCount, gossFile, gossMs, type GossChecks } from "../goss.ts";
import {
  alternate,
  ratioOf,
  shown,
  shownRatio,
  summarize,
  type Benchmark,
  type Row,
} from "../harness.ts";
import { ensureBuilt, nothingMs, rowBesideNothing } from "../program.ts";
import { startTarget } from "../target-server.ts";

const ROUNDS = 20;
const WARM_UPS = 3;
const LIMIT_MS = 120;

const FILES = ["one.conf", "two.conf", "three.conf"];
const DIRECTORIES = ["data", "log"];
const GUARDED = ["first.key", "second.key", "third.key"];
const PORTS = 4;
const COMMANDS = [["true"], ["sh", "-c", "exit 0"], ["test", "1", "=", "1"]];
const COUNT = FILES.length + DIRECTORIES.length + GUARDED.length + PORTS + COMMANDS.length;
const GOSS_TIMEOUT_MS = 5_000;

/** Fifteen assertions on files, ports and commands, by the built command from start to exit, beside a Node that does nothing. */
export const assertProject: Benchmark = {
  name: "assert-project",
  run: async (note) => {
    ensureBuilt(note);
    await using target = await startTarget(PORTS);
    using folder = testFolder();
    const ports = target.origins.map((origin) => Number(new URL(origin).port));
    for (const name of FILES) folder.write(name, "x");
    for (const name of DIRECTORIES) mkdirSync(join(folder.path, name));
    for (const name of GUARDED) chmodSync(folder.write(name, "x"), 0o600);
    folder.write("main.ts", projectText(ports));
    const run = { args: ["--project", folder.path], count: COUNT };
    const peer = gossIn(folder, ports);
    const variants: Record<string, () => Promise<number>> = {
      nothing: nothingMs,
      ours: () => assertMs(run),
      ...(peer === null ? {} : { goss: peer }),
    };
    await alternate(WARM_UPS, variants);
    const { nothing = [], ours = [], goss = [] } = await alternate(ROUNDS, variants);
    chmodSync(join(folder.path, GUARDED[0] ?? ""), 0o644);
    await expectOneFailure(run);
    const what = `clockwork assert, ${String(COUNT)} assertions on files, ports and commands`;
    return [
      rowBesideNothing(what, { ours, nothing }, LIMIT_MS),
      peer === null ? gossMissing() : besideGoss(ours, goss),
    ];
  },
};

function projectText(ports: readonly number[]): string {
  const assertions = [
    ...FILES.map((path) => `new FileExistsAssert(${JSON.stringify({ path })})`),
    ...DIRECTORIES.map((path) => `new DirectoryExistsAssert(${JSON.stringify({ path })})`),
    ...GUARDED.map((path) => JSON.stringify({ path, expectedPerms: "0600" })).map(
      (options) => `new FilePermissionsAssert(${options})`,
    ),
    ...ports.map((port) => `new PortAccessibleAssert(${JSON.stringify({ port })})`),
    ...COMMANDS.map((command) => `new CommandAssert(${JSON.stringify({ command })})`),
  ];
  return `import {
  CommandAssert,
  DirectoryExistsAssert,
  FileExistsAssert,
  FilePermissionsAssert,
  PortAccessibleAssert,
} from "clockwork/assertions";
import { HostResource } from "clockwork/resources";

export const host = new HostResource({
  assertions: [
    ${assertions.join(",\n    ")},
  ],
});
`;
}

// The same with goss; null when it is not installed.
function gossIn(folder: TestFolder, ports: readonly number[]): (() => Promise<number>) | null {
  const goss = findGoss();
  if (goss === null) return null;
  const exists = true as const;
  const files = [
    ...FILES.map((name) => [join(folder.path, name), { exists }] as const),
    ...DIRECTORIES.map(
      (name) => [join(folder.path, name), { exists, filetype: "directory" }] as const,
    ),
    ...GUARDED.map((name) => [join(folder.path, name), { exists, mode: "0600" }] as const),
  ];
  const addresses = ports.map((port) => [
    `tcp://127.0.0.1:${String(port)}`,
    { reachable: true, timeout: GOSS_TIMEOUT_MS } as const,
  ]);
  const commands = COMMANDS.map((command) => [
    command.join(" "),
    { exec: command.map((word) => `'${word}'`).join(" "), "exit-status": 0 },
  ]);
  const checks: GossChecks = {
    file: Object.fromEntries(files),
    addr: Object.fromEntries(addresses) as GossChecks["addr"],
    command: Object.fromEntries(commands) as GossChecks["command"],
  };
  const path = folder.write("goss.yaml", gossFile(checks));
  return () => gossMs(goss, path, gossCount(checks));
}

const GOSS_ROW = { what: "the same, beside goss validate", target: "none" };

function besideGoss(ours: readonly number[], goss: readonly number[]): Row {
  return {
    ...GOSS_ROW,
    figure: shown(summarize(ours), " ms", 1),
    beside: `goss: ${shown(summarize(goss), " ms", 1)}`,
    ratio: shownRatio(ratioOf(ours, goss)),
    outcome: "information",
  };
}

function gossMissing(): Row {
  return {
    ...GOSS_ROW,
    figure: "",
    beside: "goss",
    ratio: "",
    outcome: "not measured: install goss",
  };
}
