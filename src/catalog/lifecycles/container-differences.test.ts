import fc from "fast-check";
import { expect, it } from "vitest";
import { CONTAINER_RESOURCE_FIELDS } from "../../model/container-fields.ts";
import { readValues } from "../../model/options.ts";
import type { MadeContainer } from "../../ports/container-host.ts";
import {
  containerDifferences,
  plainImage,
  progressOf,
  shownProgress,
  type Surroundings,
} from "./container-differences.ts";
import { containerClaims, mountsOf, nameAside, policyOf } from "./container-options.ts";

const SURROUNDINGS: Surroundings = { image: null, defaultNetworks: new Set(["bridge"]) };

function made(parts: Partial<MadeContainer> = {}): MadeContainer {
  return {
    id: "c0ffee",
    name: "web",
    image: "nginx:alpine",
    imageId: null,
    status: "running",
    exitCode: null,
    isOutOfMemory: false,
    error: null,
    createdAt: null,
    labels: {},
    environment: {},
    command: [],
    hasEntrypoint: false,
    ports: [],
    mounts: [],
    networks: ["bridge"],
    policy: { memoryBytes: null, cpus: null, restart: "no" },
    asGoodAsNone: { memoryBytes: null, cpus: null },
    ...parts,
  };
}

function differences(
  container: MadeContainer,
  options: object = {},
  surroundings = SURROUNDINGS,
): readonly string[] {
  const parameters = readValues(CONTAINER_RESOURCE_FIELDS, { image: "nginx:alpine", ...options });
  const wanted = {
    name: "web",
    parameters,
    mounts: mountsOf(parameters, "/srv"),
    policy: policyOf(parameters),
    environment: {},
    secretNames: new Set<string>(),
  };
  return containerDifferences(container, wanted, surroundings).map(
    ({ field, live, wanted: should }) => `${field}: ${live ?? "none"} → ${should ?? "none"}`,
  );
}

it.each([
  ["nginx", "docker.io/library/nginx:latest"],
  ["clockwork/web:1", "docker.io/clockwork/web:1"],
  ["web:1", "localhost/web:1"],
  ["registry:5000/web", "registry:5000/web:latest"],
  ["web@sha256:ab", "docker.io/library/web@sha256:ab"],
])("plainImage() knows %s and %s for one", (one, other) => {
  expect(plainImage(one)).toBe(plainImage(other));
});

it.each([
  ["nginx:1", "nginx:2"],
  ["nginx", "nginx:1"],
  ["a/nginx", "b/nginx"],
])("plainImage() tells %s from %s", (one, other) => {
  expect(plainImage(one)).not.toBe(plainImage(other));
});

it("containerDifferences() finds none in a container as it should be, whatever its engine chose", () => {
  const container = made({
    image: "docker.io/library/nginx:alpine",
    ports: [
      { host: 32_768, container: 80, protocol: "tcp" },
      { host: 8080, container: 80, protocol: "tcp" },
      { host: 53, container: 53, protocol: "udp", address: "127.0.0.1" },
    ],
    mounts: [
      { type: "bind", source: "/srv/site", target: "/www", readOnly: true },
      { type: "volume", source: "data", target: "/data", readOnly: false },
    ],
    policy: { memoryBytes: 1_024, cpus: 8, restart: "no" },
    asGoodAsNone: { memoryBytes: 1_024, cpus: 8 },
  });
  const options = {
    ports: ["127.0.0.1:53:53/udp", 80, "8080:80"],
    volumes: ["data:/data/", "./site:/www:ro"],
  };
  expect(differences(container, options)).toEqual([]);
  expect(differences(container, { ...options, limits: { cpus: 8 } })).toEqual([]);
});

it("containerDifferences() finds a port too many, also beside one that the engine chose", () => {
  const port = { host: 32_768, container: 80, protocol: "tcp" } as const;
  const container = made({ ports: [port, { ...port, host: 32_769 }] });
  expect(differences(container, { ports: [80] })).toEqual(["ports: 32769:80, 80 → 80"]);
  expect(differences(made({ ports: [port] }), { ports: [80, 80] })).toEqual(["ports: 80 → 80, 80"]);
});

it("containerDifferences() compares a command behind an entry point that the engine does not keep apart", () => {
  const container = made({ command: ["/entry", "serve", "-v"], hasEntrypoint: true });
  expect(differences(container, { command: ["serve", "-v"] })).toEqual([]);
  expect(differences(container, { command: ["entry", "serve", "-v", "x"] })).toHaveLength(1);
  expect(differences({ ...container, hasEntrypoint: false }, { command: ["serve", "-v"] })).toEqual(
    ["command: /entry serve -v → serve -v"],
  );
});

it("containerDifferences() finds what the image does not bring along and nobody declares any more", () => {
  const image = { command: ["a"], environment: { OF: "image", SET: "1" }, labels: { l: "1" } };
  const container = made({
    command: ["b"],
    environment: { OF: "image", SET: "2", OWN: "secret-value", PATH: "/bin" },
    labels: { l: "1", own: "1", ["clockwork.project"]: "p" },
    networks: ["bridge", "old"],
  });
  expect(differences(container, {}, { ...SURROUNDINGS, image })).toEqual([
    "command: b → a",
    "networks: old → none",
    "envVars.SET: *** → 1",
    "envVars.OWN: *** → none",
    "labels.own: 1 → none",
  ]);
  // What was adopted has always had them.
  expect(differences(container)).toEqual(["networks: old → none"]);
});

it.each([
  [{ status: "running" }, "running", "running"],
  [{ status: "restarting" }, "starting", "restarting"],
  [{ status: "paused" }, "stopped", "paused"],
  [{ status: "created" }, "stopped", "created"],
  [{ status: "created", error: "no such program" }, "failed", "created"],
  [{ status: "exited", exitCode: 0 }, "completed", "exited with 0"],
  [{ status: "exited", exitCode: 1 }, "failed", "exited with 1"],
  [{ status: "exited", exitCode: null }, "stopped", "exited"],
  [
    { status: "exited", exitCode: 137, isOutOfMemory: true },
    "failed",
    "exited with 137, out of memory",
  ],
  [{ status: "dead" }, "failed", "dead"],
] as const)("progressOf() tells how far %o has come", (parts, progress, shown) => {
  expect(progressOf(made(parts))).toBe(progress);
  expect(shownProgress(made(parts))).toBe(shown);
  const isFine = ["running", "starting", "completed"].includes(progress);
  expect(differences(made(parts))).toEqual(isFine ? [] : [`running: ${shown} → running`]);
});

it("progressOf() takes no end for one where the policy is to run for ever", () => {
  const policy = { memoryBytes: null, cpus: null, restart: "always" };
  expect(progressOf(made({ status: "exited", exitCode: 0, policy }))).toBe("stopped");
});

it("containerClaims() names the container first, then each port that the engine does not choose", () => {
  const ports = ["8080:80", "127.0.0.1:53:53/udp", 443];
  const parameters = readValues(CONTAINER_RESOURCE_FIELDS, { image: "a", ports });
  expect(containerClaims(parameters, "web", "docker")).toEqual([
    "container:docker:web",
    "port:tcp:0.0.0.0:8080",
    "port:udp:127.0.0.1:53",
  ]);
  const marks = {
    project: "p",
    resource: "web",
    instance: "i",
    generation: 3,
    specHash: "s",
    version: 1,
  };
  const subject = { resource: "web", parameters, resolved: {}, marks, physical: null };
  expect(nameAside(subject)).toBe("web.clockwork-3");
});

it("containerDifferences() never shows the value of a variable that is there", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.constant("s3cr3t-value")), (environment) => {
      const image = { command: [], environment: {}, labels: {} };
      const shown = differences(made({ environment }), {}, { ...SURROUNDINGS, image }).join("\n");
      expect(shown).not.toContain("s3cr3t-value");
    }),
  );
});

it("the network of an engine is the same one by each of its names, and no other is", () => {
  const surroundings = { ...SURROUNDINGS, defaultNetworks: new Set(["podman", "bridge"]) };
  const container = made({ networks: ["back", "podman"] });
  expect(differences(container, { networks: ["bridge", "back"] }, surroundings)).toEqual([]);
  expect(differences(container, { networks: ["bridge", "front"] }, surroundings)).toEqual([
    "networks: back, bridge → bridge, front",
  ]);
  expect(differences(container, { networks: ["back"] }, surroundings)).toEqual([
    "networks: back, podman → back",
  ]);
});
