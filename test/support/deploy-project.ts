import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cli, type Finished } from "./cli.ts";
import { testFolder, type TestFolder } from "./folder.ts";

/** Each test of deploying runs the command line many times, on a machine that may be slow. */
export const MANY_RUNS_MS = 180_000;

/** A project in a folder of its own, and the command line in it. */
export interface DeployProject extends TestFolder {
  readonly run: (...args: readonly string[]) => Promise<Finished>;
  readonly read: (name: string) => string;
  readonly has: (name: string) => boolean;
}

/** A project of a file, and a command that needs it. */
export function deployProject(source = declared("hello")): DeployProject {
  const folder = testFolder();
  folder.write("main.ts", source);
  return {
    ...folder,
    run: (...args) => cli(args, { cwd: folder.path }),
    read: (name) => readFileSync(join(folder.path, name), "utf8"),
    has: (name) => existsSync(join(folder.path, name)),
  };
}

/** What declares a file, and whatever else. */
export function declared(content: string, rest = STAMP): string {
  return `import { CommandResource, FileResource } from "clockwork/resources";
import { FileExistsAssert } from "clockwork/assertions";
const motd = new FileResource({ name: "motd", path: "motd.txt", content: "${content}\\n" });
${rest}`;
}

/** Declares a command that needs the file. */
export const STAMP = `new CommandResource({
  name: "stamp",
  check: ["test", "-e", "stamp"],
  apply: ["touch", "stamp"],
  destroy: ["rm", "-f", "stamp"],
  dependsOn: [motd],
  assertions: [new FileExistsAssert({ path: "stamp" })],
});
`;

/** A project of a command that writes `begun`, and ends once the test writes `go`. */
export const SLOW = `import { CommandResource } from "clockwork/resources";
import { FileExistsAssert } from "clockwork/assertions";
new CommandResource({
  name: "slow",
  check: ["test", "-e", "done"],
  apply: ["sh", "-c", "touch begun; until test -e go; do sleep 0.05; done; touch done"],
  assertions: [new FileExistsAssert({ path: "done" })],
});
`;
