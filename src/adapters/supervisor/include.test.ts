import { hostname } from "node:os";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import { ObservationError } from "../../model/errors.ts";
import { includedFiles, inclusionOf, ownPath, patternsOf } from "./include.ts";

const file = { path: "/etc/supervisor/supervisord.conf", env: { RUN: "/run/x" } };

it.each([
  ["conf.d/*.conf", ["/etc/supervisor/conf.d/*.conf"]],
  [
    "/a/*.ini  b/*.conf\n  c.conf",
    ["/a/*.ini", "/etc/supervisor/b/*.conf", "/etc/supervisor/c.conf"],
  ],
  ["%(here)s/x/*", ["/etc/supervisor/x/*"]],
  ["%(ENV_RUN)s/*.conf", ["/run/x/*.conf"]],
  ["%(host_node_name)s/*.conf", [`/etc/supervisor/${hostname()}/*.conf`]],
])("patternsOf() draws from %j the patterns %j", (files, patterns) => {
  expect(patternsOf(`[include]\nfiles = ${files}\n`, file)).toEqual(patterns);
});

it("patternsOf() finds none where nothing is included", () => {
  expect(patternsOf("[supervisord]\n", file)).toEqual([]);
  expect(() => patternsOf("[include]\nfiles=%(ENV_NO)s", file)).toThrow(ObservationError);
});

it.each([
  [["/a/*.conf"], "/a/clockwork-web.conf"],
  [["/a/one.conf", "/b/*.ini"], "/b/clockwork-web.ini"],
  [["/a/*"], "/a/clockwork-web.conf"],
  [["/a/x*.conf", "/a/*/*.conf", "/a/[ab].conf"], null],
  [[], null],
])("ownPath() among %j is %s", (patterns, path) => {
  expect(ownPath(patterns, "web")).toBe(path);
});

it("patternsOf() gives absolute patterns or an ObservationError, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      try {
        const patterns = patternsOf(`[include]\nfiles=${text}`, file);
        expect(patterns.every((pattern) => pattern.startsWith("/"))).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(ObservationError);
      }
    }),
  );
});

it("includedFiles() lists what patterns name, each once, and no hidden file", async () => {
  using folder = testFolder();
  mkdirSync(join(folder.path, "d"));
  for (const name of ["a.conf", "b.conf", ".c.conf", "d/e.conf"]) folder.write(name, "");
  const at = (name: string): string => join(folder.path, name);
  const found = await includedFiles([at("*.conf"), at("a.conf"), at("*/*.conf"), at("none.conf")]);
  expect(found.toSorted()).toEqual([at("a.conf"), at("b.conf"), at("d/e.conf"), at("none.conf")]);
});

it("inclusionOf() takes a configuration only for the supervisord that it is of", async () => {
  using folder = testFolder();
  const path = folder.write(
    "supervisord.conf",
    "[unix_http_server]\nfile=/run/s.sock\n[include]\nfiles=*.ini\n",
  );
  const search = { env: {}, folder: folder.path };
  const found = { path, patterns: [join(folder.path, "*.ini")] };
  await expect(inclusionOf({ serverUrl: null }, search)).resolves.toMatchObject(found);
  await expect(inclusionOf({ serverUrl: "unix:///run/s.sock" }, search)).resolves.toMatchObject(
    found,
  );
  await expect(inclusionOf({ serverUrl: "unix:///run/t.sock" }, search)).resolves.toBeNull();
  const none = { env: {}, folder: join(folder.path, "none"), root: folder.path };
  await expect(inclusionOf({ serverUrl: null }, none)).resolves.toBeNull();
});
