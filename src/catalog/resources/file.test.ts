import { expect, it } from "vitest";
import { declare } from "../../../test/support/declared-resource.ts";
import { readValues } from "../../model/options.ts";
import { FileResource } from "./file.ts";

const { kind } = FileResource;

it("FileResource is a path, where a file must be", async () => {
  const options = { path: "/etc/motd", content: "", mode: "644" };
  const { target, claims, parameters } = await declare(kind, options);
  expect(target.path).toBe("/etc/motd");
  expect(claims).toEqual(["/etc/motd is a file"]);
  expect(parameters["mode"]).toBe("0644");
  expect(kind.checkIntervalSeconds).toBe(300);
});

it("FileResource takes content or source or, where it is only looked at, neither of them", async () => {
  const path = "/etc/motd";
  await expect(declare(kind, { path, source: "motd" })).resolves.toBeDefined();
  expect((await declare(kind, { path })).claims).toEqual(["/etc/motd is a file"]);
  await expect(declare(kind, { path, content: "", source: "motd" })).rejects.toThrow(
    "takes only one of content, source",
  );
});

it("FileResource is managed where it says what it holds, and takes its absolute path", () => {
  const { lifecycle, fields } = kind;
  const read = (options: object): ReturnType<typeof readValues> => readValues(fields, options);
  expect(lifecycle?.isManaged(read({ path: "a" }))).toBe(false);
  expect(lifecycle?.isManaged(read({ path: "a", content: "" }))).toBe(true);
  expect(lifecycle?.isManaged(read({ path: "a", source: "b" }))).toBe(true);
  expect(lifecycle?.claims(read({ path: "etc/../a" }), "motd", "/srv")).toEqual(["path:/srv/a"]);
  expect(lifecycle).toMatchObject({ isFiles: true, settleSeconds: 2, replacing: ["path"] });
});
