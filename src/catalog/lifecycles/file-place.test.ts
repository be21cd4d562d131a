import fc from "fast-check";
import { expect, it } from "vitest";
import { absolutePath } from "./git-path.ts";
import { claimOf, refusalOf } from "./file-place.ts";

const ROOT = "/srv/project";

interface Way {
  readonly folder: string;
  readonly rest?: readonly string[];
  readonly distrusted?: { readonly path: string; readonly userId: number };
  readonly mayLeave?: boolean;
}

function refusal(
  path: string,
  { folder, rest = ["a"], distrusted, mayLeave = false }: Way,
): string | null {
  const problem = refusalOf(
    { path, mayLeave, scope: { root: ROOT } },
    { folder, rest, distrusted: distrusted ?? null },
  );
  return problem?.message ?? null;
}

it("claimOf() is the absolute path, without what leads nowhere", () => {
  expect(claimOf("./etc//../motd", ROOT)).toBe("path:/srv/project/motd");
  expect(claimOf("/etc/motd/", ROOT)).toBe("path:/etc/motd");
});

it("refusalOf() keeps what may not leave within the project, wherever links lead", () => {
  expect(refusal("/srv/project/a", { folder: ROOT })).toBeNull();
  expect(refusal("/srv/project/x/y/a", { folder: ROOT, rest: ["x", "y", "a"] })).toBeNull();
  const out = "leads out of the project /srv/project: ";
  expect(refusal("/srv/project/link/a", { folder: "/etc" })).toBe(`${out}/etc/a`);
  expect(refusal("/srv/a", { folder: "/srv" })).toBe(`${out}/srv/a`);
  // A link from outside into the project does not make it a path of the project.
  expect(refusal("/srv/link/a", { folder: ROOT })).toBe(`${out}/srv/project/a`);
  expect(refusal("/srv/project-2/a", { folder: "/srv/project-2" })).toBe(`${out}/srv/project-2/a`);
  expect(refusal("/srv/a", { folder: "/srv", mayLeave: true })).toBeNull();
  expect(refusal("/a", { folder: "/", mayLeave: true })).toBeNull();
});

it("refusalOf() follows no link of others, but within the project", () => {
  const distrusted = { path: "/tmp/link", userId: 33 };
  expect(refusal("/tmp/link/a", { folder: "/etc", distrusted, mayLeave: true })).toBe(
    "leads through the link /tmp/link, which belongs to user 33, who could let it lead anywhere",
  );
  expect(refusal("/srv/project/link/a", { folder: `${ROOT}/real`, distrusted })).toBeNull();
});

it("refusalOf() makes nothing of the top, the project itself, or what belongs to the system", () => {
  expect(refusal("/", { folder: "/", mayLeave: true })).toContain("the top of the file system");
  expect(refusal(ROOT, { folder: "/srv", mayLeave: true })).toContain("the project itself");
  for (const folder of ["/proc/1", "/sys", "/dev", "/dev/shm"]) {
    expect(refusal("/x/a", { folder, mayLeave: true })).toContain("leads into /");
  }
  expect(refusal("/proc", { folder: "/", rest: ["proc"], mayLeave: true })).toContain("/proc");
  expect(refusal("/devices/a", { folder: "/devices", mayLeave: true })).toBeNull();
});

it("refusalOf() lets no relative path out, whatever it is made of", () => {
  const part = fc.oneof(
    fc.constantFrom("..", ".", "", "a"),
    fc.string().map((text) => text.replaceAll("/", "")),
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
      const path = absolutePath(ROOT, ["a", ...parts].join("/"));
      const [name = "", ...above] = path.split("/").reverse();
      const folder = above.reverse().join("/") || "/";
      if (refusal(path, { folder, rest: [name] }) !== null) return;
      expect(path.startsWith(`${ROOT}/`)).toBe(true);
      expect(path.split("/")).not.toContain("..");
    }),
  );
});
