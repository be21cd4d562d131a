import { expect, it } from "vitest";
import { declare } from "../../../test/support/declared-resource.ts";
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
