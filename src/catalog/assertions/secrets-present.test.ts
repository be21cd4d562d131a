import { expect, it } from "vitest";
import { containerState, containerWorld } from "../../../test/support/container-world.ts";
import { bind, probe } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import type { Processes, ProcessInfo } from "../../ports/processes.ts";
import type { World } from "../../ports/world.ts";
import { SecretsPresentAssert } from "./secrets-present.ts";

const { kind } = SecretsPresentAssert;

const envVars = ["DB_PASSWORD", "API_KEY"];
const container = { engine: "docker", name: "app" } as const;
const command = ["/usr/bin/app", "--serve"];

function running(
  environments: readonly (Readonly<Record<string, string>> | null)[],
  parts: Partial<ProcessInfo> = {},
): Partial<World> {
  const list = environments.map((_, pid): ProcessInfo => ({
    pid,
    parentPid: 1,
    name: "app",
    command,
    userId: 0,
    isZombie: false,
    startedAt: 0,
    memoryBytes: 0,
    cpuMs: 0,
    ...parts,
  }));
  const processes: Processes = {
    list: () => Promise.resolve(list),
    hidden: () => Promise.resolve(null),
    environment: (pid) => Promise.resolve(environments[pid] ?? null),
  };
  return { processes: () => Promise.resolve(processes) };
}

it("SecretsPresentAssert passes when its container has all of them", async () => {
  const environment = { DB_PASSWORD: "hunter2", API_KEY: "k" };
  const { world, asked } = containerWorld(containerState({ environment }));
  const judgement = await probe(kind, { envVars }, { world, target: { container, command } });
  expect(judgement).toEqual({ verdict: "pass", expected: "all set", actual: "all set" });
  expect(asked).toEqual([container]);
});

it("SecretsPresentAssert takes empty for absent, and shows no value", async () => {
  const environment = { DB_PASSWORD: "", OTHER: "hunter2" };
  const { world } = containerWorld(containerState({ environment, pid: null }));
  const judgement = await probe(kind, { envVars }, { world, target: { container } });
  expect(judgement).toEqual({
    verdict: "fail",
    expected: "all set",
    actual: "missing or empty: DB_PASSWORD, API_KEY",
  });
});

it("SecretsPresentAssert counts what the engine adds to the first process of a container", async () => {
  const state = containerState({ environment: { DB_PASSWORD: "hunter2" }, pid: 1 });
  const world = { ...containerWorld(state).world, ...running([{}, { PATH: "/bin", API_KEY: "" }]) };
  const look = (name: string): ReturnType<typeof probe> =>
    probe(kind, { envVars: ["DB_PASSWORD", name] }, { world, target: { container } });
  expect(await look("PATH")).toMatchObject({ verdict: "pass" });
  const actual = "missing or empty: API_KEY";
  expect(await look("API_KEY")).toMatchObject({ verdict: "fail", actual });
});

it("SecretsPresentAssert takes a container's configuration where its process is not ours to read", async () => {
  const state = containerState({ environment: { DB_PASSWORD: "hunter2" } });
  const { world } = containerWorld(state);
  for (const reason of [new ObservationError("permission denied"), null]) {
    const environment = (): Promise<null> =>
      reason === null ? Promise.resolve(null) : Promise.reject(reason);
    const hidden = (): Promise<null> => Promise.resolve(null);
    const processes: Processes = { list: () => Promise.resolve([]), hidden, environment };
    const given = { ...world, processes: () => Promise.resolve(processes) };
    expect(await probe(kind, { envVars }, { world: given, target: { container } })).toMatchObject({
      verdict: "fail",
      actual: "missing or empty: API_KEY",
    });
  }
});

it("SecretsPresentAssert does not take what every object has for a variable", async () => {
  const { world } = containerWorld(containerState({ pid: null }));
  const options = { envVars: ["constructor"] };
  const judgement = await probe(kind, options, { world, target: { container } });
  expect(judgement).toMatchObject({ verdict: "fail" });
});

it("SecretsPresentAssert fails when there is no such container", async () => {
  const { world } = containerWorld(null);
  const judgement = await probe(kind, { envVars }, { world, target: { container } });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "no such container" });
});

it("SecretsPresentAssert looks into every process of the command", async () => {
  const complete = { DB_PASSWORD: "x", API_KEY: "y" };
  const target = { command };
  const fine = await probe(kind, { envVars }, { world: running([complete, null]), target });
  expect(fine).toMatchObject({ verdict: "pass" });
  const world = running([complete, { DB_PASSWORD: "x" }]);
  const judgement = await probe(kind, { envVars }, { world, target });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "missing or empty: API_KEY" });
});

it.each([
  ["has ended", running([null])],
  ["is a zombie", running([{}], { isZombie: true })],
  ["is another one", running([{}], { command: ["/usr/bin/app", "--migrate"] })],
])("SecretsPresentAssert fails when the process %s", async (_, world) => {
  const judgement = await probe(kind, { envVars }, { world, target: { command } });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "no such process" });
});

it("SecretsPresentAssert looks at our own environment for any other resource", async () => {
  const secrets = {
    hasVariable: (name: string) => name === "API_KEY",
    resolve: () => Promise.reject(new Error("nobody may ask for a value")),
  };
  const judgement = await probe(kind, { envVars }, { world: { secrets } });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "missing or empty: DB_PASSWORD" });
  const one = await probe(kind, { envVars: ["API_KEY"] }, { world: { secrets } });
  expect(one).toEqual({ verdict: "pass", expected: "set", actual: "set" });
});

it("SecretsPresentAssert cannot say anything when it may not look", async () => {
  const error = new ObservationError("not permitted");
  const { world } = containerWorld(null);
  const containers = { find: () => Promise.reject(error) };
  const broken = { ...world, containers: () => Promise.resolve(containers as never) };
  const looking = probe(kind, { envVars }, { world: broken, target: { container } });
  await expect(looking).rejects.toBe(error);
});

it("SecretsPresentAssert does not repeat a value that was written instead of a name", () => {
  const written = { envVars: ["DB_PASSWORD=hunter2"] };
  expect(() => bind(kind, written)).toThrow("without its value");
  expect(() => bind(kind, written)).not.toThrow("hunter2");
});

it("SecretsPresentAssert refuses an environment that its resource does not have", () => {
  expect(() => bind(kind, { envVars, environment: "container" })).toThrow("got container");
  expect(() => bind(kind, { envVars, environment: "process" })).toThrow("got process");
});

it("SecretsPresentAssert claims what must be true in words", () => {
  const claim = (options: object, target = {}): string =>
    kind.claim(bind(kind, options, { target }));
  expect(claim({ envVars }, { container })).toBe(
    "DB_PASSWORD, API_KEY are set in the container's environment",
  );
  expect(claim({ envVars: ["API_KEY"] })).toBe("API_KEY is set in our own environment");
});
