import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { allowedSource } from "./allowed-source.ts";

interface Place {
  readonly allowed: string;
  readonly outside: string;
}

function place(): Place {
  const folder = testFolder();
  onTestFinished(() => {
    folder[Symbol.dispose]();
  });
  const allowed = join(folder.path, "allowed");
  const outside = join(folder.path, "outside");
  write(join(allowed, "shop", "main.ts"));
  write(join(outside, "main.ts"));
  // Begins like the one that is allowed.
  write(join(folder.path, "allowed-not", "main.ts"));
  return { allowed, outside };
}

function write(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
}

async function codeOf(path: string, allowed: readonly string[]): Promise<string> {
  try {
    await allowedSource(path, allowed);
    return "allowed";
  } catch (error) {
    if (error instanceof ConfigurationError) return error.diagnostics[0]?.code ?? "";
    if (error instanceof DeployError) return error.code;
    throw error;
  }
}

test("allowedSource() finds a folder, and a file, of a folder that is allowed", async () => {
  const { allowed } = place();
  const path = join(allowed, "shop", "main.ts");
  const source = { kind: "project", path, root: join(allowed, "shop"), name: "shop" };
  expect(await allowedSource(join(allowed, "shop"), [allowed])).toEqual(source);
  expect(await allowedSource(path, ["/nowhere", allowed])).toEqual(source);
  expect(await allowedSource(join(allowed, "../allowed/shop/."), [`${allowed}/`])).toEqual(source);
});

test("allowedSource() refuses what is elsewhere, whether it is there or not", async () => {
  const { allowed, outside } = place();
  const elsewhere = [
    outside,
    join(outside, "main.ts"),
    join(outside, "missing"),
    join(allowed, "..", "outside"),
    `${allowed}-not`,
    dirname(allowed),
    "/",
  ];
  for (const path of elsewhere) {
    expect([path, await codeOf(path, [allowed])]).toEqual([path, "path-forbidden"]);
  }
  expect(await codeOf(join(allowed, "shop"), [])).toBe("path-forbidden");
});

test("allowedSource() refuses what only a link leads to", async () => {
  const { allowed, outside } = place();
  symlinkSync(outside, join(allowed, "link"));
  mkdirSync(join(allowed, "half"));
  symlinkSync(join(outside, "main.ts"), join(allowed, "half", "main.ts"));
  for (const path of ["link", "link/main.ts", "half", "half/main.ts"]) {
    expect([path, await codeOf(join(allowed, path), [allowed])]).toEqual([path, "path-forbidden"]);
  }
});

test("allowedSource() follows links that stay inside, and a folder that is allowed by a link", async () => {
  const { allowed } = place();
  symlinkSync(join(allowed, "shop"), join(allowed, "store"));
  symlinkSync(allowed, `${allowed}-link`);
  const { root } = await allowedSource(join(allowed, "store"), [`${allowed}-link`]);
  expect(root).toBe(join(allowed, "shop"));
});

test("allowedSource() tells what is wrong with a path that is allowed", async () => {
  const { allowed } = place();
  mkdirSync(join(allowed, "empty"));
  expect(await codeOf(join(allowed, "missing"), [allowed])).toBe("file-missing");
  expect(await codeOf(join(allowed, "empty"), [allowed])).toBe("project-missing");
  expect(await codeOf("shop", [allowed])).toBe("usage-invalid");
  expect(await codeOf("-", [allowed])).toBe("usage-invalid");
  expect(await codeOf(`${allowed}/\0`, [allowed])).toBe("usage-invalid");
});
