import { spawnSync } from "node:child_process";
import { mayHaveDocker } from "./docker.ts";
import { mayMountHangingFiles } from "./hanging-files.ts";
import { findProgram, PLUGIN_FOLDERS, postgresFolders } from "./programs.ts";

/** The parts that tests start themselves, each with what must be there for that. */
const PARTS = {
  blackbox: () => hasPrograms("prometheus-blackbox-exporter"),
  docker: () => mayHaveDocker() && findProgram("busybox") !== null,
  ["hanging-files"]: mayMountHangingFiles,
  mariadb: () => hasPrograms("mariadbd", "mariadb-install-db"),
  ["nagios-plugins"]: () => findProgram("check_tcp", PLUGIN_FOLDERS) !== null,
  nginx: () => hasPrograms("nginx"),
  postgresql: () => findProgram("initdb", postgresFolders()) !== null,
  redis: () => hasPrograms("redis-server"),
  supervisord: () => hasPrograms("supervisord"),
} as const;

/**
 * Tells whether a real part that a test needs is on this machine; says so on standard error where it is not.
 *
 * `CLOCKWORK_REQUIRE` names the parts, separated by commas, whose absence is a failure rather than a skip.
 *
 * @param name - One of those above, or a program.
 * @param args - With which the program ends well.
 */
export function hasPart(name: keyof typeof PARTS): boolean;
export function hasPart(name: string, args: readonly string[]): boolean;
export function hasPart(name: string, args?: readonly string[]): boolean {
  const isThere =
    args === undefined
      ? PARTS[name as keyof typeof PARTS]()
      : spawnSync(name, args, { stdio: "ignore" }).status === 0;
  if (isThere) return true;
  const required = (process.env["CLOCKWORK_REQUIRE"] ?? "").split(/[\s,]+/u);
  if (required.includes(name)) throw new Error(`${name} is required here and is missing`);
  process.stderr.write(`Tests that need ${name} are skipped: it is not installed.\n`);
  return false;
}

function hasPrograms(...names: readonly string[]): boolean {
  return names.every((name) => findProgram(name) !== null);
}
