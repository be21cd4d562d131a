import fc from "fast-check";
import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { readAppleContainer } from "./apple-container.ts";
import { readContainer, readContainerList, readImageConfig } from "./made-container.ts";
import { parseRecord } from "./fields.ts";

const ID = "a96aa9e666d5efe085f3a58a325f1ea826e13ff0aa941fb7a1c172ede6ca1556";

function answer(host: object, rest: object = {}): ReturnType<typeof readContainer> {
  const state = { Status: "running", StartedAt: "2026-11-22T10:20:47Z" };
  const all = { Id: ID, Name: "/web", State: state, HostConfig: host, ...rest };
  return readContainer(parseRecord(JSON.stringify(all)));
}

it("readContainer() reads what was asked of Docker", () => {
  const container = answer(
    {
      Mounts: [{ Type: "bind", Source: "/a", Target: "/b", ReadOnly: true }, { Type: "tmpfs" }],
      PortBindings: {
        "80/tcp": [
          { HostIp: "", HostPort: "8080" },
          { HostIp: "", HostPort: "" },
        ],
      },
      Memory: 1_024,
      NanoCpus: 250_000_000,
      RestartPolicy: { Name: "always" },
    },
    {
      Created: "2026-11-22T10:20:47Z",
      Image: "sha256:ab",
      Config: { Image: "nginx", Cmd: ["a", "b"], Labels: { team: "web" } },
      NetworkSettings: { Networks: { shop: {}, bridge: {} } },
    },
  );
  expect(container).toMatchObject({
    image: "nginx",
    imageId: "sha256:ab",
    createdAt: Date.UTC(2026, 10, 22, 10, 20, 47),
    command: ["a", "b"],
    labels: { team: "web" },
    mounts: [{ type: "bind", source: "/a", target: "/b", readOnly: true }],
    ports: [
      { host: 8080, container: 80, protocol: "tcp" },
      { host: 0, container: 80, protocol: "tcp" },
    ],
    networks: ["shop", "bridge"],
    policy: { memoryBytes: 1_024, cpus: 0.25, restart: "always" },
  });
});

it("readContainer() reads what was asked of podman: mounts as text, and no network for one that has none", () => {
  const nameless = `${"0".repeat(64)}:/anonymous:rw`;
  const { mounts, networks, policy } = answer({
    Binds: ["/a:/b:ro,rbind", "data:/data:rw,nosuid", nameless, "nonsense"],
    NetworkMode: "host",
    Memory: 0,
    RestartPolicy: { Name: "" },
  });
  expect(mounts).toEqual([
    { type: "bind", source: "/a", target: "/b", readOnly: true },
    { type: "volume", source: "data", target: "/data", readOnly: false },
  ]);
  expect(networks).toEqual(["host"]);
  expect(policy).toEqual({ memoryBytes: null, cpus: null, restart: "no" });
});

it("readContainerList() reads names, labels, and ports that are passed on now", () => {
  const list = [
    {
      Id: ID,
      Names: ["/web"],
      Labels: { a: "b" },
      Ports: [
        { IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8080, Type: "tcp" },
        { IP: "127.0.0.1", PrivatePort: 53, PublicPort: 53, Type: "udp" },
        { PrivatePort: 443, Type: "tcp" },
      ],
    },
  ];
  // Podman lists those of what does not run, too.
  const stopped = list.map((entry) => ({ ...entry, State: "exited" }));
  expect(readContainerList(stopped)).toMatchObject([{ name: "web", ports: [] }]);
  expect(readContainerList(list)).toEqual([
    {
      id: ID,
      name: "web",
      labels: { a: "b" },
      ports: [
        { host: 8080, container: 80, protocol: "tcp" },
        { host: 53, container: 53, protocol: "udp", address: "127.0.0.1" },
      ],
    },
  ]);
});

it("readImageConfig() reads what an image brings along", () => {
  const config = { Cmd: ["a"], Env: ["PATH=/bin"], Labels: null };
  expect(readImageConfig({ Config: config })).toEqual({
    command: ["a"],
    environment: { PATH: "/bin" },
    labels: {},
  });
});

it("whatever engines say is read, or refused in words", () => {
  const near = fc.record(
    {
      Id: fc.constant(ID),
      Name: fc.constant("/web"),
      State: fc.record({ Status: fc.constantFrom("running", "exited", "odd") }),
      Config: fc.oneof(fc.jsonValue(), fc.record({ Labels: fc.jsonValue(), Cmd: fc.jsonValue() })),
      HostConfig: fc.record(
        {
          Mounts: fc.jsonValue(),
          Binds: fc.oneof(fc.jsonValue(), fc.array(fc.string())),
          PortBindings: fc.jsonValue(),
          Memory: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
      configuration: fc.oneof(
        fc.jsonValue(),
        fc.record({ id: fc.string(), mounts: fc.jsonValue() }),
      ),
      status: fc.constantFrom("running", "stopped", "odd"),
      Ports: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(near, fc.dictionary(fc.string(), fc.jsonValue())), (value) => {
      const record = parseRecord(JSON.stringify(value));
      for (const read of [readContainer, readAppleContainer, readImageConfig]) {
        try {
          expect(read(record)).toBeTypeOf("object");
        } catch (error) {
          expect(error).toBeInstanceOf(ObservationError);
        }
      }
      try {
        expect(readContainerList([record, value])).toBeInstanceOf(Array);
      } catch (error) {
        expect(error).toBeInstanceOf(ObservationError);
      }
    }),
  );
});
