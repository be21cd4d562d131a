/**
 * Kills deploys at every point of every kind of resource, on real parts, simulates thousands of projects, faults and kills, and
 * years of watching: what `npm test` only takes a sample of. Takes about an hour.
 */
import { spawn } from "node:child_process";

const FILES = [
  "test/integration/crash.test.ts",
  "test/simulation/deploy-faults.test.ts",
  "test/simulation/watch.test.ts",
];

const child = spawn("vitest", ["run", "--project", "system", ...FILES, ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...process.env, CW_TEST_SOAK: "all" },
});
child.on("close", (code) => {
  process.exitCode = code ?? 1;
});
