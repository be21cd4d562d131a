import { expect, it } from "vitest";
import { deployProject, MANY_RUNS_MS } from "../support/deploy-project.ts";

const IMPORTS = `import { CommandResource, FileResource, ProcessResource } from "clockwork/resources";
import { FileExistsAssert } from "clockwork/assertions";
void [CommandResource, FileResource, ProcessResource, FileExistsAssert];
`;

/** A command that writes a file of its own and ends only once the other one has written its. */
function meeting(name: string, other: string): string {
  const wait = `touch ${name}.here; until test -e ${other}.here; do sleep 0.05; done`;
  return `new CommandResource({
  name: "${name}",
  check: ["test", "-e", "${name}.here"],
  apply: ["sh", "-c", "${wait}"],
  assertions: [new FileExistsAssert({ path: "${name}.here" })],
});
`;
}

it(
  "independent branches are carried out side by side",
  async () => {
    // One after the other, the first would wait for the second for ever.
    using project = deployProject(IMPORTS + meeting("left", "right") + meeting("right", "left"));
    const { code, stdout } = await project.run("apply", "--yes", "--deadline", "2m");
    expect(code, stdout).toBe(0);
  },
  MANY_RUNS_MS,
);

it(
  "what others need to have run to its end is waited for, and not run again",
  async () => {
    using project = deployProject(`${IMPORTS}
const schema = new ProcessResource({
  name: "schema",
  command: ["sh", "-c", "sleep 0.5; echo once >> schema.log"],
});
const stamp = new FileResource({ name: "stamp", path: "stamp", content: "", dependsOn: [{ resource: schema, condition: "completed" }] });
new CommandResource({
  name: "user",
  check: ["test", "-e", "user.done"],
  apply: ["sh", "-c", "cp schema.log user.done"],
  assertions: [new FileExistsAssert({ path: "user.done" })],
  dependsOn: [{ resource: stamp, condition: "completed" }],
});
`);
    const first = await project.run("apply", "--yes");
    expect(first.code, first.stdout + first.stderr).toBe(0);
    expect(project.read("user.done")).toBe("once\n");
    expect((await project.run("apply", "--yes")).stdout).toContain("Nothing to do");
    expect(project.read("schema.log")).toBe("once\n");
    expect((await project.run("destroy", "--yes")).code).toBe(0);
  },
  MANY_RUNS_MS,
);

it(
  "what does not run to its end with success keeps from being made what needs that",
  async () => {
    using project = deployProject(`${IMPORTS}
const schema = new ProcessResource({
  name: "schema",
  command: ["sh", "-c", "echo no such column; exit 4"],
});
new FileResource({ name: "stamp", path: "stamp", content: "", dependsOn: [{ resource: schema, condition: "completed" }] });
`);
    const { code, stdout } = await project.run("apply", "--yes");
    expect(code).toBe(1);
    expect(stdout).toMatch(/exited with 4[\s\S]*no such column/u);
    expect(project.has("stamp")).toBe(false);
  },
  MANY_RUNS_MS,
);
