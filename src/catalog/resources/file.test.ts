import { expect, it } from "vitest";
import { declare } from "../../../test/support/declared-resource.ts";
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
