import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openProject } from "../../src/app/project/open-project.ts";
import { start } from "../support/cli.ts";
import { ROOT } from "./documents.ts";

const PROJECTS = [
  ["monitored-service", 2],
  ["redis-replica", 2],
  ["deployed-site", 3],
] as const;

it.each(PROJECTS)("examples/%s compiles as it stands", async (name, count) => {
  const { plans } = await openProject(join(ROOT, "examples", name));
  expect(plans.length).toBe(count);
});

const NAMES = [...PROJECTS.map(([name]) => name), "supervisord", "supervisord-up"];

it.each(NAMES)("examples/%s is typed with the settings that it has", async (name) => {
  const tsconfig = join(ROOT, "dist", `tsconfig.${name}.json`);
  const settings = {
    extends: `../examples/${name}/tsconfig.json`,
    // As if the package was installed there.
    compilerOptions: {
      paths: { clockwork: ["./types/index.d.ts"], "clockwork/*": ["./types/*.d.ts"] },
    },
    include: [`../examples/${name}/*.ts`],
  };
  writeFileSync(tsconfig, JSON.stringify(settings));
  const { code, stdout } = await start("tsc", ["-p", tsconfig]).finished;
  rmSync(tsconfig);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
});
