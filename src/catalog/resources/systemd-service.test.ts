import { expect, it } from "vitest";
import { declare } from "../../../test/support/declared-resource.ts";
import type { JsonObject } from "../../model/json.ts";
import { readOptions } from "../../model/options.ts";
import { SystemdServiceResource } from "./systemd-service.ts";

const { kind } = SystemdServiceResource;

it.each([
  ["its own name", {}, "nginx", "nginx.service"],
  ["a name without a suffix", { unit: "nginx" }, "web", "nginx.service"],
  ["a name with its suffix", { unit: "nginx.service" }, "web", "nginx.service"],
  ["an instance of a template", { unit: "getty@tty1" }, "web", "getty@tty1.service"],
])(
  "SystemdServiceResource is a unit by %s, which must be active",
  async (_, options, name, unit) => {
    const { target, claims } = await declare(kind, options, name);
    expect(target.unit).toBe(unit);
    expect(claims).toEqual([`${unit} is active`]);
    expect(kind.checkIntervalSeconds).toBe(10);
  },
);

it("SystemdServiceResource refuses units of another kind", async () => {
  await expect(declare(kind, { unit: "backup.timer" })).rejects.toThrow("must be a service");
  await expect(declare(kind, {}, "backup.timer")).rejects.toThrow("must be a service");
  await expect(declare(kind, { unit: "a/b" })).rejects.toThrow("must be the name of a service");
  await expect(declare(kind, { unit: ".service" })).rejects.toThrow("name of a service");
});

it("SystemdServiceResource takes content or source, or neither", async () => {
  await expect(declare(kind, { content: "[Service]", source: "a" })).rejects.toThrow(
    "takes only one of content, source",
  );
  await expect(declare(kind, { content: "[Service]\n" })).resolves.toBeDefined();
});

it("SystemdServiceResource is made when it has content, and takes its unit", async () => {
  const { lifecycle } = kind;
  const read = (options: object): JsonObject => readOptions(kind.fields, options).values ?? {};
  expect(lifecycle?.isManaged(read({}))).toBe(false);
  expect(lifecycle?.isManaged(read({ source: "a" }))).toBe(true);
  expect(lifecycle?.claims(read({}), "web", "/srv")).toEqual(["unit:web.service"]);
  expect(lifecycle?.claims(read({ unit: "x" }), "web", "/srv")).toEqual(["unit:x.service"]);
  const template = declare(kind, { unit: "web@", content: "[Service]\n" });
  await expect(template).rejects.toThrow("must be a unit that can be started");
  await expect(declare(kind, { unit: "web@1", content: "[Service]\n" })).resolves.toBeDefined();
});
