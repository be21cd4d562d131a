import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { fileHints } from "../../../src/adapters/system/file-hints.ts";
import { systemClock } from "../../../src/adapters/system/clock.ts";
import { systemHints } from "../../../src/app/hints.ts";
import { openWorld } from "../../../src/app/world.ts";
import { testFolder } from "../../support/folder.ts";
import { heard, wanted, type Heard } from "./heard.ts";

const WITHIN = { timeout: 20_000, interval: 20 };

/** Changes something until it is heard of: before the first hint, nobody knows whether it is watched yet. */
async function heardAfter({ hints }: Heard, resource: string, change: () => void): Promise<void> {
  const before = hints.length;
  let next = 0;
  await vi.waitFor(() => {
    if (performance.now() >= next) {
      change();
      next = performance.now() + 2_000;
    }
    expect(hints.slice(before).map((hint) => hint.resource)).toContain(resource);
  }, WITHIN);
}

interface Lab extends AsyncDisposable, Heard {
  readonly path: string;
}

async function lab(paths: Readonly<Record<string, string>>): Promise<Lab> {
  await using parts = new AsyncDisposableStack();
  const folder = parts.use(testFolder());
  mkdirSync(join(folder.path, "etc"));
  folder.write("etc/app.ini", "a");
  const world = parts.use(openWorld({ root: folder.path }));
  const source = parts.use(systemHints({ root: folder.path, world }));
  const own = heard();
  const targets = Object.entries(paths).map(([resource, path]) => wanted(resource, { path }));
  source.watch(targets, own.onHint);
  const all = parts.move();
  return { ...own, path: folder.path, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

it("systemHints() tells when a file is written, replaced, made private, and removed", async () => {
  await using own = await lab({ ini: "etc/app.ini", other: "etc/other.ini" });
  const file = join(own.path, "etc/app.ini");
  await heardAfter(own, "ini", () => {
    appendFileSync(file, "b");
  });
  for (const again of [1, 2]) {
    writeFileSync(`${file}.tmp`, String(again));
    renameSync(`${file}.tmp`, file);
    await own.next("ini");
  }
  appendFileSync(file, "c");
  await own.next("ini");
  chmodSync(file, 0o600);
  await own.next("ini");
  rmSync(file);
  await own.next("ini");
  expect(own.hints.map(({ resource }) => resource)).not.toContain("other");
  expect(own.hints[0]?.reason).toBe("file changed");
});

it("systemHints() tells when a file goes with its folder, and comes back with it", async () => {
  await using own = await lab({ ini: "etc/app.ini", deep: "etc/a/b/c/deep.ini" });
  const folder = join(own.path, "etc");
  await heardAfter(own, "ini", () => {
    appendFileSync(join(folder, "app.ini"), "b");
  });
  rmSync(folder, { recursive: true });
  await own.next("ini");
  await heardAfter(own, "ini", () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "app.ini"), "new");
  });
  renameSync(folder, `${folder}.old`);
  await own.next("ini");
  await heardAfter(own, "deep", () => {
    mkdirSync(join(folder, "a/b/c"), { recursive: true });
    writeFileSync(join(folder, "a/b/c/deep.ini"), "new");
  });
  await heardAfter(own, "deep", () => {
    appendFileSync(join(folder, "a/b/c/deep.ini"), "more");
  });
});

it("systemHints() tells when a folder, or what lies in it, changes", async () => {
  await using own = await lab({ folder: "etc", later: "var/lib" });
  const folder = join(own.path, "etc");
  await heardAfter(own, "folder", () => {
    appendFileSync(join(folder, "app.ini"), "b");
  });
  writeFileSync(join(folder, "more.ini"), "new");
  await own.next("folder");
  chmodSync(folder, 0o700);
  await own.next("folder");
  await heardAfter(own, "later", () => {
    mkdirSync(join(own.path, "var/lib"), { recursive: true });
  });
  await heardAfter(own, "later", () => {
    appendFileSync(join(own.path, "var/lib/data"), "b");
  });
  rmSync(join(own.path, "var"), { recursive: true });
  await own.next("later");
});

/** How many folders and files the kernel watches for this process. */
function watchCount(): number {
  const texts = readdirSync("/proc/self/fdinfo").map((fd) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
    } catch {
      return "";
    }
  });
  return texts.join("").match(/^inotify wd:/gmu)?.length ?? 0;
}

it.skipIf(process.platform !== "linux")(
  "fileHints() watches each folder once, no more of them than it may, and none at the end",
  async () => {
    using folder = testFolder();
    const before = watchCount();
    for (let index = 0; index < 20; index += 1) mkdirSync(join(folder.path, String(index)));
    const targets = Array.from({ length: 20 }, (_, index) => [
      wanted(`a${String(index)}`, { path: `${String(index)}/a` }),
      wanted(`b${String(index)}`, { path: `${String(index)}/b` }),
    ]).flat();
    const source = fileHints({ root: folder.path, clock: systemClock, foldersLimit: 5 });
    const own = heard();
    const watching = source.watch(targets, own.onHint);
    await vi.waitFor(() => {
      expect(watchCount() - before).toBe(5);
    }, WITHIN);
    watching.update(targets.slice(0, 2));
    await heardAfter(own, "b0", () => {
      appendFileSync(join(folder.path, "0/b"), "b");
    });
    expect(watchCount() - before).toBe(1);
    await watching[Symbol.asyncDispose]();
    expect(watchCount()).toBe(before);
  },
);
