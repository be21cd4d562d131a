import { expect, it } from "vitest";
import {
  CONTAINER_FIELDS,
  containerOf,
  describeContainer,
  ownContainer,
} from "./container-option.ts";
import { readOptions } from "./options.ts";
import { targetOf } from "./target.ts";

const inPodman = targetOf("web", "container", { container: { engine: "podman", name: "web" } });
const host = targetOf("host", "host", {});

it.each([
  [null, null, inPodman, { container: "web", engine: "podman" }],
  ["other", null, inPodman, { container: "other", engine: "podman" }],
  ["other", "docker", inPodman, { container: "other", engine: "docker" }],
  ["other", null, host, { container: "other", engine: "docker" }],
  ["other", "apple", host, { container: "other", engine: "apple" }],
] as const)("ownContainer() of %s in %s", (container, engine, target, expected) => {
  expect(ownContainer({ container, engine }, target)).toEqual(expected);
});

it("ownContainer() refuses another engine for the resource's own container, and none at all", () => {
  expect(() => ownContainer({ container: null, engine: "docker" }, inPodman)).toThrow(
    "must be the engine of its resource",
  );
  expect(() => ownContainer({ container: null, engine: "docker" }, host)).toThrow(
    "needs a container",
  );
});

it("containerOf() names the container", () => {
  expect(containerOf({ container: "a", engine: null })).toEqual({ engine: "docker", name: "a" });
});

it.each(["--all", "a/b", "", "a b", "a".repeat(256)])(
  "CONTAINER_FIELDS refuse the name %s",
  (name) => {
    expect(readOptions(CONTAINER_FIELDS, { container: name }).problems).toHaveLength(1);
  },
);

it("describeContainer() cuts what the engine says", () => {
  const error = "x".repeat(1_000);
  const progress = { status: "created", exitCode: 127, isOutOfMemory: false, error };
  expect(describeContainer(progress)).toBe(`created, but never started, ${"x".repeat(200)}`);
});
