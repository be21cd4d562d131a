import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openProject } from "../../src/app/project/open-project.ts";
import { testFolder } from "../support/folder.ts";

const MAIN = `
import { CompositeResource, HostResource } from "clockwork/resources";
import { FileExistsAssert } from "clockwork/assertions";

class Shop extends CompositeResource {
  constructor(name: string, dependsOn: HostResource[] = []) {
    const part = (kind: string): HostResource =>
      new HostResource({
        name: \`\${name}-\${kind}\`,
        assertions: [new FileExistsAssert({ path: \`\${kind}.txt\` })],
      });
    super({ name, dependsOn, resources: [part("db"), part("web")] });
  }
}

const net = new HostResource({ name: "net", assertions: [new FileExistsAssert({ path: "main.ts" })] });
const berlin = new Shop("berlin", [net]);
const paris = new Shop("paris");
new CompositeResource({
  name: "shops",
  resources: [berlin, paris, "net"],
  assertions: [new FileExistsAssert({ path: "main.ts" })],
});
`;

it("units of a project are as healthy as their parts, and give them what they need", async () => {
  using folder = testFolder();
  folder.write("main.ts", MAIN);
  folder.write("db.txt", "");
  folder.write("web.txt", "");
  const project = await openProject(folder.path);
  const needed = new Map(
    project.plans.map(({ resource, dependsOn }) => [
      resource,
      dependsOn.map((entry) => entry.resource),
    ]),
  );
  expect(needed.get("berlin-web")).toEqual(["net"]);
  expect(needed.get("paris-web")).toEqual([]);
  expect(needed.get("shops")).toEqual(["berlin", "paris", "net"]);
  const { summary } = await project.assert();
  expect(summary).toMatchObject({ total: 6, passed: 6 });
  const paris = await project.checkResourceHealth("paris");
  expect(paris).toMatchObject({ health: "healthy", report: { summary: { total: 2, passed: 2 } } });

  rmSync(join(folder.path, "web.txt"));
  const { document } = await project.assert();
  expect(document).toMatchObject({
    resources: expect.arrayContaining([
      expect.objectContaining({ name: "paris-db", verdict: "pass" }),
      expect.objectContaining({ name: "paris", health: "unhealthy", causedBy: "paris-web" }),
      expect.objectContaining({ name: "shops", verdict: "skipped" }),
    ]) as unknown,
  });
  expect(await project.checkResourceHealth("berlin")).toMatchObject({ health: "unhealthy" });
  // One that has assertions of its own is judged by these, when it is looked at alone.
  expect(await project.checkResourceHealth("shops")).toMatchObject({ health: "healthy" });
});
