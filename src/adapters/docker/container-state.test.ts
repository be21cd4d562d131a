import fc from "fast-check";
import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { readEnvironment, readInspection } from "./container-state.ts";
import { parseRecord } from "./fields.ts";

const ID = "a96aa9e666d5efe085f3a58a325f1ea826e13ff0aa941fb7a1c172ede6ca1556";
const STATE = {
  Status: "running",
  ExitCode: 0,
  Pid: 41,
  Error: "",
  StartedAt: "2026-11-22T10:20:47Z",
};

function inspected(state: object, rest: object = {}): ReturnType<typeof readInspection> {
  const answer = { Id: ID, Name: "/web", State: { ...STATE, ...state }, ...rest };
  return readInspection(parseRecord(JSON.stringify(answer)));
}

it("readInspection() reads a container on two networks, its own one first", () => {
  const { state, networks, memoryLimitBytes, hasTerminal } = inspected(
    { OOMKilled: false },
    {
      Config: { Image: "nginx:alpine", Env: ["A=b=c", "EMPTY=", "none", "=x"], Tty: true },
      HostConfig: { NetworkMode: "shop", Memory: 67_108_864 },
      NetworkSettings: {
        Ports: { "80/tcp": [{ HostIp: "0.0.0.0", HostPort: "8080" }], "443/tcp": null },
        Networks: {
          bridge: { IPAddress: "172.17.0.2", GlobalIPv6Address: "" },
          shop: { IPAddress: "172.18.0.3", GlobalIPv6Address: "fd00::3" },
        },
      },
    },
  );
  expect(state).toEqual({
    id: ID,
    name: "web",
    image: "nginx:alpine",
    status: "running",
    health: "none",
    healthOutput: null,
    exitCode: null,
    isOutOfMemory: false,
    error: null,
    pid: 41,
    environment: { A: "b=c", EMPTY: "" },
    addresses: ["172.18.0.3", "fd00::3", "172.17.0.2"],
    ports: [{ host: 8080, container: 80, protocol: "tcp" }],
  });
  expect([...networks.keys()]).toEqual(["shop", "bridge"]);
  expect(memoryLimitBytes).toBe(67_108_864);
  expect(hasTerminal).toBe(true);
});

it.each([
  [{ Status: "exited", ExitCode: 137, OOMKilled: true, Pid: 0 }, 137],
  [{ Status: "restarting", ExitCode: 1 }, 1],
  [{ Status: "created", ExitCode: 0, StartedAt: "0001-01-01T00:00:00Z" }, null],
  [{ Status: "running", ExitCode: 0 }, null],
  [{ Status: "paused", ExitCode: 0 }, null],
  [{ Status: "stopped", ExitCode: 3 }, 3],
])("readInspection() reads the exit code of %o as %o", (state, exitCode) => {
  expect(inspected(state).state.exitCode).toBe(exitCode);
});

it("readInspection() reads what the last health check said, cut", () => {
  const log = [{ Output: "first" }, { Output: "x".repeat(2_000) }];
  const { state } = inspected({ Health: { Status: "unhealthy", Log: log } });
  expect(state.health).toBe("unhealthy");
  expect(state.healthOutput).toBe("x".repeat(1_024));
  const starting = inspected({ Health: { Status: "starting", Log: null } }).state;
  expect(starting).toMatchObject({ health: "starting", healthOutput: null });
});

it.each([
  [{ Status: "levitating" }, "unknown status: levitating"],
  [{ Status: null }, "it has no Status"],
  [{ Pid: "41" }, "Pid is string"],
  [{ Health: [] }, "Health is object"],
  [{ Health: { Status: "fine" } }, "unknown health: fine"],
])("readInspection() refuses the state %o", (state, reason) => {
  expect(() => inspected(state)).toThrow(reason);
});

it("readInspection() takes any JSON for a container or refuses it, and throws nothing else", () => {
  const keys = ["Id", "Name", "State", "Config", "HostConfig", "NetworkSettings", "Networks"];
  const others = ["Status", "Health", "Log", "Env", "Memory", "NetworkMode", "__proto__"];
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom<unknown>("running", "", 0, 1e308, -1, null, true, "/web", ID),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys, ...others), tie("value"), { maxKeys: 6 }),
    ),
  }));
  const answer = fc.record(
    {
      Id: value,
      Name: value,
      State: value,
      Config: value,
      HostConfig: value,
      NetworkSettings: value,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(answer, (hostile) => {
      try {
        const { state } = readInspection(parseRecord(JSON.stringify(hostile)));
        expect(state.status).not.toBe("");
      } catch (error) {
        expect(error).toBeInstanceOf(ObservationError);
      }
    }),
  );
});

it.each(["", "{", "null", "[]", '"text"', '{"Id":'])("parseRecord() refuses %j", (text) => {
  expect(() => parseRecord(text)).toThrow(ObservationError);
});

it("readEnvironment() gives an inherited name no meaning", () => {
  const environment = readEnvironment(["__proto__=x", "constructor=y", 7]);
  expect(Object.entries(environment)).toEqual([
    ["__proto__", "x"],
    ["constructor", "y"],
  ]);
});
