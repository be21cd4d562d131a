import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { cli } from "../support/cli.ts";
import { testFolder } from "../support/folder.ts";
import { apiOf, type Api } from "../support/serve-lab.ts";
import { until } from "../support/supervised.ts";
import { upProject, WATCHING_MS, type UpProject } from "../support/up-lab.ts";

const MAIN = `import { FileResource } from "clockwork/resources";
new FileResource({ name: "motd", path: "motd.txt", content: "hello\\n" });
`;

/** A folder in which projects may be registered. */
interface Allowed extends AsyncDisposable {
  readonly path: string;
  readonly project: (name: string, main?: string) => string;
}

function allowedFolder(): Allowed {
  const folder = testFolder();
  const projects: string[] = [];
  return {
    path: folder.path,
    project: (name, main = MAIN) => {
      const path = join(folder.path, name);
      mkdirSync(path);
      writeFileSync(join(path, "main.ts"), main);
      projects.push(path);
      return path;
    },
    [Symbol.asyncDispose]: async () => {
      for (const cwd of projects.filter((path) => existsSync(join(path, ".clockwork")))) {
        await cli(["destroy", "--yes", "--deadline", "60s"], { cwd });
      }
      folder[Symbol.dispose]();
    },
  };
}

function settings(allowed: readonly string[]): string {
  return `name: front\nserver:\n  allowedFolders: ${JSON.stringify(allowed)}\n`;
}

async function namesAt(api: Api): Promise<readonly string[]> {
  const { body } = await api.get("/api/projects");
  return (body as { projects: readonly { name: string }[] }).projects.map(({ name }) => name);
}

function registeredIn(project: UpProject): string {
  return readFileSync(join(project.path, ".clockwork", "registered.json"), "utf8");
}

it(
  "clockwork up watches what is registered over HTTP, also after a restart, until it is not any more",
  async () => {
    await using allowed = allowedFolder();
    await using project = upProject(MAIN);
    project.write("clockwork.yaml", settings([allowed.path]));
    const shop = allowed.project("shop");
    const up = project.up("--listen", "127.0.0.1:0");
    const api = await apiOf(up);
    await up.until(/front\/motd unknown -> healthy/u);
    await until(async () => (await api.get("/api/ready")).status === 200, "it is ready");
    const registered = await api.post("/api/projects", { path: shop });
    expect(registered).toMatchObject({ status: 201, body: { name: "shop", folder: shop } });
    await up.until(/shop\/motd unknown -> healthy/u);
    expect(readFileSync(join(shop, "motd.txt"), "utf8")).toBe("hello\n");
    expect(await namesAt(api)).toEqual(["front", "shop"]);
    expect((await api.post("/api/projects/shop/resources/motd/check")).body).toMatchObject({
      health: "healthy",
    });
    // It is watched like any other: an edit of its file is taken over.
    const more = `new FileResource({ name: "more", path: "more.txt", content: "more\\n" });\n`;
    writeFileSync(join(shop, "main.ts"), MAIN + more);
    await up.until(/shop\/more unknown -> healthy/u);
    for (const path of [shop, join(shop, "main.ts")]) {
      const again = await api.post("/api/projects", { path });
      expect(again, path).toMatchObject({ status: 409, body: { code: "project-watched" } });
    }
    expect(await up.stop()).toBe(0);

    const second = project.up("--listen", "127.0.0.1:0");
    const other = await apiOf(second);
    await second.until(/shop\/more unknown -> healthy/u);
    await until(async () => (await namesAt(other)).length === 2, "both are served");
    expect(await other.del("/api/projects/front")).toMatchObject({ status: 409 });
    expect(await other.del("/api/projects/shop")).toMatchObject({ status: 200 });
    expect(await namesAt(other)).toEqual(["front"]);
    expect(readFileSync(join(shop, "motd.txt"), "utf8")).toBe("hello\n");
    expect(JSON.parse(registeredIn(project))).toEqual({ registered: [] });
    // Nobody holds it any more.
    const check = await cli(["check-now", "motd"], { cwd: shop });
    expect(check).toMatchObject({ code: 0 });
    expect(await second.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork up registers nothing outside of the folders that are allowed, and nothing that is broken",
  async () => {
    await using allowed = allowedFolder();
    await using elsewhere = allowedFolder();
    await using project = upProject(MAIN);
    project.write("clockwork.yaml", settings([allowed.path]));
    const outside = elsewhere.project("outside");
    symlinkSync(outside, join(allowed.path, "link"));
    const broken = allowed.project("broken", "export const x: = 1;");
    const up = project.up("--listen", "127.0.0.1:0");
    const api = await apiOf(up);
    await up.until(/front\/motd unknown -> healthy/u);
    for (const path of [outside, join(allowed.path, "link"), join(allowed.path, "../outside")]) {
      const refused = await api.post("/api/projects", { path });
      expect(refused, path).toMatchObject({ status: 403, body: { code: "path-forbidden" } });
    }
    expect(await api.post("/api/projects", { path: broken })).toMatchObject({ status: 422 });
    expect(await namesAt(api)).toEqual(["front"]);
    expect(project.has(".clockwork/registered.json")).toBe(false);
    // What could not be watched can be, once it is mended.
    writeFileSync(join(broken, "main.ts"), MAIN);
    expect(await api.post("/api/projects", { path: broken })).toMatchObject({ status: 201 });
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork up tells of what was registered and cannot be watched any more, and goes on",
  async () => {
    await using allowed = allowedFolder();
    await using project = upProject(MAIN);
    const shop = allowed.project("shop");
    const entries = [
      { path: "/etc/main.ts", project: "etc", by: "mallory" },
      { path: join(shop, "gone.ts"), project: "gone", by: "alice" },
      { path: 7 },
      { path: join(shop, "main.ts"), project: "shop", by: "alice" },
    ];
    project.write("clockwork.yaml", settings([allowed.path]));
    mkdirSync(join(project.path, ".clockwork"));
    project.write(".clockwork/registered.json", JSON.stringify({ registered: entries }));
    const up = project.up("--listen", "127.0.0.1:0");
    const api = await apiOf(up);
    await up.until(/shop\/motd unknown -> healthy/u);
    expect(up.text()).toContain("1 entry of ");
    expect(up.text()).toMatch(
      /etc was registered, and is not watched: .*no folder that is allowed/u,
    );
    expect(up.text()).toMatch(/gone was registered, and is not watched: /u);
    await until(async () => (await namesAt(api)).length === 2, "both are served");
    expect(await up.stop()).toBe(0);
    project.write(".clockwork/registered.json", "{".repeat(1_000));
    const second = project.up("--listen", "127.0.0.1:0");
    await second.until(/does not hold what clockwork writes there/u);
    await second.until(/front\/motd unknown -> healthy/u);
    expect(await second.stop()).toBe(0);
  },
  WATCHING_MS,
);
