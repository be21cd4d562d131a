import { afterEach, beforeEach, expect, it } from "vitest";
import { openProject } from "../../src/app/project/open-project.ts";
import { ConfigurationError, type Diagnostic } from "../../src/model/diagnostic.ts";
import { testFolder, type TestFolder } from "../support/folder.ts";

const HEAD = `import { CrossResourceAssert, FileExistsAssert, ServiceConnectivityAssert } from "clockwork/assertions";
import { DockerResource, HostResource, ServiceResource } from "clockwork/resources";
const shop = new DockerResource({ name: "shop", image: "shop" });
`;

let folder: TestFolder;
beforeEach(() => {
  folder = testFolder();
});
afterEach(() => {
  folder[Symbol.dispose]();
});

/** The problems of a project that declares this after a container called `shop`, on line 4. */
async function problemsOf(declarations: string): Promise<readonly Partial<Diagnostic>[]> {
  folder.write("main.ts", HEAD + declarations);
  try {
    await openProject(folder.path);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.diagnostics;
  }
}

it.each([
  [
    "service-connectivity",
    'new ServiceConnectivityAssert({ fromService: shop, toService: "redis" })',
  ],
  [
    "cross-resource",
    'new CrossResourceAssert({ source: shop, target: "redis", assertion: () => true })',
  ],
])("an assertion %s stands in no list of its target", async (kind, declared) => {
  const problems = await problemsOf(
    `new DockerResource({ name: "redis", image: "redis", assertions: [${declared}] });\n`,
  );
  expect(problems).toMatchObject([
    {
      code: "option-invalid",
      line: 4,
      message: `${kind} belongs to "shop", but stands among the assertions of "redis"`,
      hint: 'move it to the assertions of "shop", or put it into no list',
    },
  ]);
});

it("an assertion in no list makes its source depend on its target", async () => {
  folder.write(
    "main.ts",
    `${HEAD}new DockerResource({ name: "redis", image: "redis" });
new ServiceConnectivityAssert({ fromService: shop, toService: "redis", resource: "shop" });
`,
  );
  const { plans } = await openProject(folder.path);
  expect(
    plans.map(({ resource, dependsOn }) => [resource, dependsOn.map((one) => one.resource)]),
  ).toEqual([
    ["shop", ["redis"]],
    ["redis", []],
  ]);
});

it("an assertion names no other resource than the one that it belongs to", async () => {
  const listed = await problemsOf(
    'new HostResource({ name: "a", assertions: [new FileExistsAssert({ path: "/", resource: "shop" })] });\n',
  );
  expect(listed).toMatchObject([
    { line: 4, message: 'file-exists belongs to "shop", but stands among the assertions of "a"' },
  ]);
  const stray = await problemsOf(`new DockerResource({ name: "redis", image: "redis" });
new ServiceConnectivityAssert({ fromService: "shop", toService: "redis", resource: "redis" });
`);
  expect(stray).toMatchObject([
    {
      line: 5,
      property: "ServiceConnectivityAssert.resource",
      message: 'must be "shop", to which it belongs: got "redis"',
    },
  ]);
});

it("a container is told how it knows this machine before it is asked to reach a resource there", async () => {
  const problems =
    await problemsOf(`new ServiceResource({ name: "api", url: "http://localhost:8080/" });
new ServiceConnectivityAssert({ fromService: shop, toService: "api" });
`);
  expect(problems).toMatchObject([
    {
      code: "option-missing",
      line: 5,
      property: "host",
      hint: expect.stringContaining("host.docker.internal") as string,
    },
  ]);
});
