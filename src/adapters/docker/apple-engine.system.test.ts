import { chmodSync } from "node:fs";
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { testFolder, type TestFolder } from "../../../test/support/folder.ts";
import { ObservationError } from "../../model/errors.ts";
import { systemClock } from "../system/clock.ts";
import { systemCommands } from "../system/commands.ts";
import { readAppleInspection } from "./apple-engine.ts";
import { containers } from "./containers.ts";

const signal = new AbortController().signal;
const WEB = { engine: "apple", name: "web" } as const;
const INSPECTION = {
  status: "running",
  networks: [
    { network: "default", hostname: "web", address: "192.168.64.3/24", gateway: "192.168.64.1" },
  ],
  configuration: {
    id: "web",
    image: { reference: "docker.io/library/nginx:alpine" },
    initProcess: { environment: ["PATH=/bin", "MODE=live"], terminal: false },
  },
};

/** A stand-in for Apple's program, found where the real one would be. */
function standIn(folder: TestFolder): ReturnType<typeof containers> {
  const web = folder.write("web.json", JSON.stringify([INSPECTION]));
  const script = folder.write(
    "container",
    `#!/bin/sh
case "$*" in
  "inspect web") cat '${web}' ;;
  "inspect old") echo '[]' ;;
  "inspect odd") echo '{"nonsense": [' ;;
  "inspect off") echo 'Error: interrupted: "XPC connection error"' >&2; exit 1 ;;
  "logs -n 2 web") printf 'one\\ntwo\\r\\nthree\\n' ;;
  "logs -n 9 web") yes 0123456789abcdef | head -c 4500000 ;;
  "inspect big") yes '[' | head -c 4500000 ;;
  "exec web echo hi") echo hi ;;
  "exec web nope") echo 'Error: failed to find target executable nope' >&2; exit 1 ;;
  *) echo 'Error: notFound: "container not found"' >&2; exit 1 ;;
esac
`,
  );
  chmodSync(script, 0o755);
  vi.stubEnv("PATH", `${folder.path}:${process.env["PATH"] ?? ""}`);
  const commands = systemCommands({ cwd: folder.path });
  return containers({ clock: systemClock, env: {}, commands });
}

it("containers() looks at a container of Apple's engine", async () => {
  using folder = testFolder();
  await using looking = standIn(folder);
  expect(await looking.find(WEB, signal)).toEqual({
    id: "web",
    name: "web",
    image: "docker.io/library/nginx:alpine",
    status: "running",
    health: "none",
    healthOutput: null,
    exitCode: null,
    isOutOfMemory: false,
    error: null,
    pid: null,
    environment: { PATH: "/bin", MODE: "live" },
    addresses: ["192.168.64.3"],
    ports: [],
  });
  expect(await looking.logs(WEB, { lines: 2, signal })).toEqual({
    lines: ["two", "three"],
    isTruncated: false,
  });
  expect(await looking.find({ ...WEB, name: "old" }, signal)).toBeNull();
  expect(await looking.find({ ...WEB, name: "gone" }, signal)).toBeNull();
  expect(await looking.find({ ...WEB, name: "--help" }, signal)).toBeNull();
  expect(await looking.logs({ ...WEB, name: "gone" }, { lines: 2, signal })).toBeNull();
});

it("containers() tells that Apple's engine printed more than is read", async () => {
  using folder = testFolder();
  await using looking = standIn(folder);
  const log = await looking.logs(WEB, { lines: 9, signal });
  expect(log?.isTruncated).toBe(true);
  expect(new Set(log?.lines)).toEqual(new Set(["0123456789abcdef"]));
  await expect(looking.find({ ...WEB, name: "big" }, signal)).rejects.toThrow("over 4 MiB");
});

it("containers() runs a command inside a container of Apple's engine", async () => {
  using folder = testFolder();
  await using looking = standIn(folder);
  const options = { signal, limitBytes: 100 };
  expect(await looking.run(WEB, ["echo", "hi"], options)).toMatchObject({
    exitCode: 0,
    stdout: "hi\n",
  });
  await expect(looking.run(WEB, ["nope"], options)).rejects.toThrow(/cannot run nope/u);
  await expect(looking.run({ ...WEB, name: "gone" }, ["x"], options)).rejects.toThrow(
    /no container/u,
  );
});

it("containers() cannot look where Apple's engine is not started, or says nonsense", async () => {
  using folder = testFolder();
  await using looking = standIn(folder);
  const off = looking.find({ ...WEB, name: "off" }, signal);
  await expect(off).rejects.toThrow(/XPC connection error.*container system start/u);
  await expect(off).rejects.toBeInstanceOf(ObservationError);
  await expect(looking.find({ ...WEB, name: "odd" }, signal)).rejects.toThrow(/is no JSON/u);
  await expect(looking.usage(WEB, signal)).rejects.toThrow(/not supported with engine apple/u);
});

it("readAppleInspection() takes any JSON for a container or refuses it", () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom("running", "stopped", null));
  const configuration = fc.record(
    { id: value, image: value, initProcess: fc.record({ environment: value }) },
    { requiredKeys: [] },
  );
  const network = fc.record(
    { network: value, address: value, ipv4Address: value },
    { requiredKeys: [] },
  );
  const answer = fc.record(
    { status: value, networks: fc.oneof(value, fc.array(network)), configuration },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(answer, (hostile) => {
      try {
        expect(["running", "exited"]).toContain(readAppleInspection(hostile).state.status);
      } catch (error) {
        if (!(error instanceof ObservationError)) throw error;
      }
    }),
  );
});
