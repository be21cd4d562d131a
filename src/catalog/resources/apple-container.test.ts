import { expect, it } from "vitest";
import { declare } from "../../../test/support/declared-resource.ts";
import { AppleContainerResource } from "./apple-container.ts";

const { kind } = AppleContainerResource;

it("AppleContainerResource is a container of Apple's engine, which must run", async () => {
  const { target, claims } = await declare(kind, { image: "nginx", ports: ["8080:80"] }, "web");
  expect(target.container).toEqual({ engine: "apple", name: "web" });
  expect(target.ports).toEqual([{ host: 8080, container: 80, protocol: "tcp" }]);
  expect(claims).toEqual(["container web is running"]);
  expect(kind.checkIntervalSeconds).toBe(30);
});

it("AppleContainerResource refuses what its engine does not do", async () => {
  const options = { image: "nginx", restartPolicy: "always" };
  await expect(declare(kind, options)).rejects.toThrow("this engine restarts nothing by itself");
  await expect(declare(kind, { image: "nginx", engine: "docker" })).rejects.toThrow("engine");
  await expect(declare(kind, { image: "nginx", ports: ["8080:80", 81] })).rejects.toThrow(
    "this engine chooses none",
  );
  const limits = { cpus: 0.5 };
  await expect(declare(kind, { image: "nginx", limits })).rejects.toThrow("must be a whole number");
});
