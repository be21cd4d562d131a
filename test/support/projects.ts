import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { loadProject, type LoadOptions } from "../../src/app/project/load-project.ts";
import type { ProjectDeclaration } from "../../src/model/project.ts";
import { testFolder, type TestFolder } from "./folder.ts";

/** How a project begins. */
export const IMPORTS = `
import { HostResource } from "clockwork/resources";
import { FileExistsAssert, PortAccessibleAssert } from "clockwork/assertions";
`.trim();

/** A small project that is in order. */
export const VALID = `${IMPORTS}
new HostResource({ name: "a", assertions: [new FileExistsAssert({ path: "/etc/hosts" })] });
`;

/** The text of main.ts, or of several files by their paths. */
export type Source = string | Readonly<Record<string, string>>;

/** Loads a project from a folder of its own. */
export async function load(source: Source, options: LoadOptions = {}): Promise<ProjectDeclaration> {
  using folder = testFolder();
  return await loadIn(folder, source, options);
}

/** Writes a project into a folder, and loads it. */
export async function loadIn(
  folder: TestFolder,
  source: Source,
  options: LoadOptions = {},
): Promise<ProjectDeclaration> {
  const files = typeof source === "string" ? { "main.ts": source } : source;
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder.path, name, ".."), { recursive: true });
    folder.write(name, content);
  }
  return await loadProject(join(folder.path, "main.ts"), options);
}

/** The processes whose command line holds a text. */
export function processesWith(mark: string): readonly string[] {
  const { stdout } = spawnSync("ps", ["-eo", "pid,args"], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line.includes(mark));
}

/** Writes a project: a disk with a file that is there, and a web that depends on it, with one that is not. */
export function writeProject(folder: TestFolder, extra = ""): void {
  folder.write("there.txt", "");
  folder.write(
    "main.ts",
    `${IMPORTS}
const disk = new HostResource({
  name: "disk",
  assertions: [new FileExistsAssert({ path: "there.txt", description: "It was made." })],
});
new HostResource({
  name: "web",
  dependsOn: [disk],
  assertions: [
    new FileExistsAssert({ path: "main.ts" }),
    new FileExistsAssert({ path: "other.txt", severity: "warn" }),
  ],
});
${extra}`,
  );
}

/** What `clockwork assert --format json` prints. */
export interface AssertDocument {
  readonly project: string;
  readonly resources: readonly Readonly<Record<string, unknown>>[];
  readonly results: readonly Readonly<Record<string, unknown>>[];
  readonly summary: Readonly<Record<string, number>>;
}
