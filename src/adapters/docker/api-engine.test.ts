import { expect, it, vi } from "vitest";
import {
  by,
  CONTAINER_ID as ID,
  fakeEngine,
  frame,
  inspection,
  json,
  type Answer,
} from "../../../test/support/fake-engine.ts";
import { testFolder } from "../../../test/support/folder.ts";
import { closedPort } from "../../../test/support/services.ts";
import { ObservationError } from "../../model/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import { systemClock } from "../system/clock.ts";
import { ApiEngine } from "./api-engine.ts";

const NEVER = new AbortController().signal;
const SAMPLE = {
  memory_stats: { usage: 500, stats: { inactive_file: 100 } },
  cpu_stats: { cpu_usage: { total_usage: 2_000 }, system_cpu_usage: 20_000, online_cpus: 2 },
  precpu_stats: { cpu_usage: { total_usage: 1_000 }, system_cpu_usage: 10_000 },
};

const INSPECT = { "GET /containers/web/json": json(inspection()) };
const LOGS = `GET /containers/${ID}/logs`;
const STATS = `GET /containers/${ID}/stats`;

it("ApiEngine.inspect() asks once for all who ask in the same turn, and again for later ones", async () => {
  await using fake = await fakeEngine(INSPECT);
  const { engine, asked } = fake;
  const states = await Promise.all([1, 2, 3].map(() => engine.inspect("web", NEVER)));
  expect(states.map((found) => found?.state.id)).toEqual([ID, ID, ID]);
  expect(asked).toEqual(["GET /containers/web/json"]);
  await engine.inspect("web", NEVER);
  expect(asked).toHaveLength(2);
});

it("ApiEngine.inspect() shares nothing with whoever asks after the engine has been asked", async () => {
  const waiting: (() => void)[] = [];
  await using fake = await fakeEngine({
    "GET /containers/web/json": by((response, body, request) => {
      waiting.push(() => {
        json(inspection())(response, body, request);
      });
    }),
  });
  const first = fake.engine.inspect("web", NEVER);
  await vi.waitFor(() => {
    expect(waiting).toHaveLength(1);
  });
  const second = fake.engine.inspect("web", NEVER);
  await vi.waitFor(() => {
    expect(waiting).toHaveLength(2);
  });
  for (const answer of waiting) answer();
  expect((await Promise.all([first, second])).map((found) => found?.state.name)).toEqual([
    "web",
    "web",
  ]);
});

it("ApiEngine.inspect() asks for many over at most eight connections", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `web${String(index)}`);
  const answers = names.map((name) => [
    `GET /containers/${name}/json`,
    json({ ...inspection(), Name: `/${name}` }),
  ]);
  await using fake = await fakeEngine(Object.fromEntries(answers) as Record<string, Answer>);
  const found = await Promise.all(names.map((name) => fake.engine.inspect(name, NEVER)));
  expect(found.map((each) => each?.state.name)).toEqual(names);
  expect(fake.connections()).toBeLessThanOrEqual(8);
});

it("ApiEngine.inspect() knows a container that is gone from a page that is not there", async () => {
  const gone = json({ message: "No such container: web" }, 404);
  await using fake = await fakeEngine({
    "GET /containers/web/json": gone,
    "GET /containers/pod/json": json({ message: 'no container with name or ID "pod" found' }, 404),
  });
  expect(await fake.engine.inspect("web", NEVER)).toBeNull();
  expect(await fake.engine.inspect("pod", NEVER)).toBeNull();
  await expect(fake.engine.inspect("other", NEVER)).rejects.toThrow(
    "the docker engine could not look at container other: page not found (status 404)",
  );
  const count = fake.asked.length;
  for (const name of ["", "..", "a/b", "a?b", "-x", " "]) {
    expect(await fake.engine.inspect(name, NEVER)).toBeNull();
  }
  expect(fake.asked).toHaveLength(count);
});

it.each<[string, Answer, RegExp]>([
  ["truncated JSON", (response) => response.end('{"Id":"a96'), /is no JSON/u],
  ["500 with a message", json({ message: "disk\n is full" }, 500), /disk is full \(status 500\)/u],
  ["500 without one", (response) => response.writeHead(500).end(), /does not say why/u],
  [
    "a connection that is cut",
    (response) => {
      response.writeHead(200, { "Content-Length": "1000" }).write("{");
      setImmediate(() => response.destroy());
    },
    /broke off \(.*engine\.sock, ECONNRESET\)/u,
  ],
  [
    "a body without end",
    (response) => {
      const chunk = Buffer.alloc(1024 * 1024, " ");
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", write);
      write();
    },
    /says too much/u,
  ],
  ["no HTTP", (response) => response.socket?.end("ssh-2.0\r\n\r\n"), /does not speak HTTP/u],
])("ApiEngine.inspect() cannot look where it gets %s", async (_, answer, reason) => {
  await using fake = await fakeEngine({ "GET /containers/web/json": answer });
  const looking = fake.engine.inspect("web", NEVER);
  await expect(looking).rejects.toBeInstanceOf(ObservationError);
  await expect(looking).rejects.toThrow(reason);
});

it("ApiEngine.inspect() waits for an engine that hangs no longer than it is told to", async () => {
  await using fake = await fakeEngine({ "GET /containers/web/json": by(() => undefined) });
  const stop = new AbortController();
  const looking = fake.engine.inspect("web", stop.signal);
  const staying = fake.engine.inspect("web", NEVER);
  await vi.waitFor(() => {
    expect(fake.asked).toHaveLength(1);
  });
  stop.abort(new RangeError("time is up"));
  await expect(looking).rejects.toThrow(RangeError);
  await expect(fake.engine.inspect("web", stop.signal)).rejects.toThrow(RangeError);
  const closed = expect(staying).rejects.toBeInstanceOf(ObservationError);
  await fake.engine[Symbol.asyncDispose]();
  await closed;
});

it("ApiEngine.inspect() connects again when the engine has closed the connections", async () => {
  await using fake = await fakeEngine(INSPECT);
  await fake.engine.inspect("web", NEVER);
  fake.dropIdle();
  expect((await fake.engine.inspect("web", NEVER))?.state.id).toBe(ID);
  expect(fake.connections()).toBe(2);
});

it("ApiEngine goes on to the next socket where nobody listens, and says what it tried", async () => {
  using folder = testFolder();
  const env = { HOME: folder.path, DOCKER_HOST: "", CONTAINER_HOST: `unix://${folder.path}/none` };
  await using podman = new ApiEngine("podman", { env, clock: systemClock });
  await expect(podman.inspect("web", NEVER)).rejects.toThrow(
    `no podman engine answers: tried ${folder.path}/none (not there); start it (systemctl --user start podman.socket), or set CONTAINER_HOST to its address`,
  );
  const port = await closedPort();
  const tcp = { DOCKER_HOST: `tcp://127.0.0.1:${String(port)}` };
  await using docker = new ApiEngine("docker", { env: tcp, clock: systemClock });
  await expect(docker.inspect("web", NEVER)).rejects.toThrow(
    `tried tcp://127.0.0.1:${String(port)} (nobody listens); start the engine, or set DOCKER_HOST`,
  );
});

it("ApiEngine.logs() takes frames apart, and reads a terminal as it is", async () => {
  await using fake = await fakeEngine({
    ...INSPECT,
    [LOGS]: (response) =>
      response.end(Buffer.concat([frame(1, "a\n"), frame(2, "b\n"), frame(1, "c\n")])),
  });
  expect(await fake.engine.logs("web", { lines: 2, signal: NEVER })).toMatchObject({
    lines: ["b", "c"],
  });
  expect(fake.asked.at(-1)).toBe(`${LOGS}?stdout=1&stderr=1&tail=2`);
  await using terminal = await fakeEngine({
    "GET /containers/web/json": json(inspection({ Config: { Tty: true } })),
    [LOGS]: (response) => response.end("a\r\nb\r\n"),
  });
  expect(await terminal.engine.logs("web", { lines: 9, signal: NEVER })).toEqual({
    lines: ["a", "b"],
    isTruncated: false,
  });
});

it.each<[string, Answer, RegExp]>([
  [
    "is cut within a frame",
    (response) => response.end(frame(1, "hello").subarray(0, 9)),
    /broke off/u,
  ],
  ["has no frames", (response) => response.end("hello, world"), /not in frames/u],
  [
    "cannot be read",
    json({ message: "logging driver" }, 500),
    /read the log of web: logging driver/u,
  ],
])("ApiEngine.logs() cannot look where the log %s", async (_, answer, reason) => {
  await using fake = await fakeEngine({ ...INSPECT, [LOGS]: answer });
  const reading = fake.engine.logs("web", { lines: 2, signal: NEVER });
  await expect(reading).rejects.toBeInstanceOf(ObservationError);
  await expect(reading).rejects.toThrow(reason);
});

it("ApiEngine.usage() measures twice where the engine measures once", async () => {
  const slept: number[] = [];
  const clock: Clock = {
    ...systemClock,
    sleep: (delayMs) => {
      slept.push(delayMs);
      return Promise.resolve();
    },
  };
  const first = { ...SAMPLE, precpu_stats: {} };
  const second = {
    ...first,
    cpu_stats: { cpu_usage: { total_usage: 7_000 }, system_cpu_usage: 30_000, online_cpus: 2 },
  };
  const samples = [first, second];
  await using podman = await fakeEngine(
    {
      ...INSPECT,
      [STATS]: (...args) => {
        json(samples.shift())(...args);
      },
    },
    clock,
  );
  expect(await podman.engine.usage("web", NEVER)).toEqual({
    memoryBytes: 400,
    memoryLimitBytes: null,
    cpuPercent: 100,
  });
  expect(slept).toEqual([1_000]);
  await using docker = await fakeEngine({ ...INSPECT, [STATS]: json(SAMPLE) }, clock);
  expect((await docker.engine.usage("web", NEVER))?.cpuPercent).toBe(20);
  expect(slept).toEqual([1_000]);
});

it("ApiEngine.usage() tells what does not run from what is not measured", async () => {
  await using fake = await fakeEngine({ ...INSPECT, [STATS]: json({}) });
  await expect(fake.engine.usage("web", NEVER)).rejects.toThrow(/does not measure/u);
  await using ended = await fakeEngine({
    "GET /containers/web/json": json(inspection({}, "exited")),
  });
  expect(await ended.engine.usage("web", NEVER)).toBeNull();
});
