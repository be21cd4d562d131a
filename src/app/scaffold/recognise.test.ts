import { expect, it } from "vitest";
import { containerState } from "../../../test/support/container-world.ts";
import { worldOf } from "../../../test/support/probe.ts";
import { ObservationError, TransportError } from "../../model/errors.ts";
import type { ContainerState } from "../../ports/containers.ts";
import type { FileStatus } from "../../ports/files.ts";
import type { ProcessInfo } from "../../ports/processes.ts";
import type { TlsObservation } from "../../ports/sockets.ts";
import type { World } from "../../ports/world.ts";
import { simulatedClock } from "../../testing/simulated-clock.ts";
import { recognise } from "./recognise.ts";
import type { Sighting } from "./sight.ts";

const DAY_MS = 86_400_000;
const { signal } = new AbortController();

interface Scene {
  readonly status?: number;
  readonly durationMs?: number;
  readonly openPorts?: readonly number[];
  readonly tls?: Partial<TlsObservation>;
  readonly lifeDays?: number;
  readonly leftDays?: number;
  readonly files?: Readonly<Record<string, Partial<FileStatus>>>;
  readonly container?: ContainerState | "unknown";
  readonly processes?: readonly Partial<ProcessInfo>[];
}

function world(scene: Scene): World {
  const clock = simulatedClock();
  const now = clock.now();
  const { lifeDays = 90, leftDays = 60 } = scene;
  const leaf = {
    subject: "a",
    issuer: "b",
    issuerName: "b",
    names: ["example.com", "www.example.com"],
    validFrom: now + (leftDays - lifeDays) * DAY_MS,
    validTo: now + leftDays * DAY_MS,
    fingerprint: "",
  };
  const tls = { chain: [leaf], protocol: "", trustProblem: null, nameProblem: null, ...scene.tls };
  const parts = {
    clock,
    http: {
      request: () => Promise.resolve({ status: scene.status, durationMs: scene.durationMs }),
    },
    sockets: {
      connect: async ({ port }: { port: number }) => {
        if (scene.openPorts?.includes(port) !== true) throw new TransportError("refused");
      },
      tls: () => Promise.resolve(tls),
    },
    files: {
      status: async (path: string) => {
        const known = scene.files?.[path];
        return known === undefined
          ? null
          : { type: "file", mode: 0o644, userId: 7, groupId: 8, ...known };
      },
      userName: async () => "app",
      groupName: async () => null,
    },
    containers: {
      find: async ({ engine }: { engine: string }) => {
        if (engine !== "docker" || scene.container === "unknown") {
          throw new ObservationError(`no ${engine} engine answers`);
        }
        return scene.container ?? null;
      },
    },
    processes: { list: async () => scene.processes ?? [] },
  };
  const ports = Object.entries(parts).map(([name, part]) => [
    name,
    name === "clock" ? part : () => Promise.resolve(part),
  ]);
  return worldOf(Object.fromEntries(ports) as Partial<World>);
}

async function look(word: string, scene: Scene = {}): Promise<Sighting & { claims: unknown }> {
  const scope = { world: world(scene), root: "/project", cwd: "/project/sub", signal };
  const [subject] = await recognise([word], scope);
  if (subject === undefined) throw new Error("nothing was recognised");
  const sighting = await subject.look(signal);
  const claims = sighting.draft.assertions.map(({ className, options }) => [className, options]);
  return { ...sighting, claims };
}

it("a URL becomes its status, three times the time it took, and its certificate", async () => {
  const slow = await look("https://Example.com/a?b=1#c", { status: 204, durationMs: 412 });
  expect(slow).toMatchObject({
    isThere: true,
    seen: "answers 204 No Content in 412 ms",
    notes: [],
  });
  expect(slow.draft).toMatchObject({
    name: "example.com",
    resource: { className: "ServiceResource", options: { url: "https://example.com/a?b=1" } },
  });
  expect(slow.claims).toEqual([
    ["HTTPStatusAssert", { expectedStatus: 204 }],
    ["ResponseTimeAssert", { maxMs: 1_300 }],
    ["SSLCertificateAssert", { minDaysValid: 14 }],
  ]);
});

it("a URL that is quick gets 500 ms, one that is very slow a timeout to match", async () => {
  const quick = await look("http://[::1]:8080/", { status: 200, durationMs: 3 });
  expect(quick.draft.name).toBe("::1-8080");
  expect(quick.claims).toContainEqual(["ResponseTimeAssert", { maxMs: 500 }]);
  const slow = await look("http://a/", { status: 200, durationMs: 2_000 });
  expect(slow.claims).toContainEqual(["ResponseTimeAssert", { maxMs: 6_000, timeout: 12 }]);
});

it("a URL that answers 404 is there, with a note, and one that answers 503 is not", async () => {
  const missing = await look("http://a/", { status: 404, durationMs: 3 });
  expect(missing).toMatchObject({
    isThere: true,
    notes: [expect.stringContaining("404 Not Found")],
  });
  expect(missing.claims).toContainEqual(["HTTPStatusAssert", { expectedStatus: 404 }]);
  const broken = await look("http://a/", { status: 503, durationMs: 3 });
  expect(broken.isThere).toBe(false);
  expect(broken.claims).toContainEqual(["HTTPStatusAssert", { expectedStatus: 200 }]);
});

it.each([
  ["5432", "host-5432", { port: 5_432 }],
  ["127.0.0.1:5432", "host-5432", { port: 5_432 }],
  ["db.example:5432", "db.example-5432", { host: "db.example", port: 5_432 }],
  ["[::1]:5432", "::1-5432", { host: "::1", port: 5_432 }],
])("the port %s becomes %s", async (word, name, options) => {
  const { draft, claims } = await look(word, { openPorts: [5_432] });
  expect(draft.name).toBe(name);
  expect(claims).toEqual([["PortAccessibleAssert", options]]);
});

it("a port that refuses gives no answer", async () => {
  await expect(look("5432")).rejects.toThrow(TransportError);
});

it("a certificate is asserted as it is", async () => {
  const { claims, draft } = await look("cert:example.com");
  expect(draft.name).toBe("example.com-certificate");
  expect(claims).toEqual([["SSLCertificateAssert", { url: "example.com:443", minDaysValid: 14 }]]);
});

it("a certificate that is not trusted, for other names or short-lived is asserted as such", async () => {
  const tls = { trustProblem: "self-signed", nameProblem: "not for 127.0.0.1" };
  const { claims, notes } = await look("cert:127.0.0.1:8443", { tls, lifeDays: 6, leftDays: 1 });
  const names = ["example.com", "www.example.com"];
  expect(claims).toEqual([
    ["SSLCertificateAssert", { url: "127.0.0.1:8443", minDaysValid: 2, chain: false, names }],
  ]);
  expect(notes).toHaveLength(3);
});

it("a certificate that has expired is not there", async () => {
  expect(await look("cert:a", { leftDays: -1 })).toMatchObject({
    isThere: false,
    seen: expect.stringContaining("expired on") as string,
  });
});

it("a file outside of the project is named by its whole path, with who owns it", async () => {
  const { claims, draft } = await look("/etc/app.conf", { files: { "/etc/app.conf": {} } });
  expect(draft.name).toBe("app.conf");
  const path = "/etc/app.conf";
  expect(claims).toEqual([
    ["FileExistsAssert", { path }],
    ["FilePermissionsAssert", { path, expectedPerms: "0644", owner: "app", group: 8 }],
  ]);
});

it("a directory of the project is named by its path within it", async () => {
  const { claims } = await look("data", {
    files: { "/project/sub/data": { type: "directory", mode: 0o1777 } },
  });
  expect(claims).toEqual([
    ["DirectoryExistsAssert", { path: "sub/data" }],
    ["FilePermissionsAssert", { path: "sub/data", expectedPerms: "1777" }],
  ]);
});

it("a path that is none of a file is asserted when nothing is there, with --force only", async () => {
  expect(await look("./none")).toMatchObject({ isThere: false, seen: "is not there" });
  expect((await look("./none")).claims).toEqual([["FileExistsAssert", { path: "sub/none" }]]);
  expect((await look("./none/")).claims).toEqual([["DirectoryExistsAssert", { path: "sub/none" }]]);
});

it("a socket is asserted by its permissions alone", async () => {
  const { claims } = await look("s", { files: { "/project/sub/s": { type: "socket" } } });
  expect(claims).toEqual([["FilePermissionsAssert", { path: "sub/s", expectedPerms: "0644" }]]);
});

const WEB = containerState({
  health: "healthy",
  ports: [
    { host: 8_080, container: 80, protocol: "tcp" },
    { host: 8_443, container: 443, protocol: "tcp" },
    { host: 8_081, container: 81, protocol: "tcp", address: "192.0.2.7" },
    { host: 5_353, container: 53, protocol: "udp" },
  ],
});

it.each(["web", "container:web"])("the container %s becomes what it shows", async (word) => {
  const { claims, notes, seen } = await look(word, { container: WEB, openPorts: [8_080, 8_081] });
  expect(seen).toBe("is running, healthy");
  expect(claims).toEqual([
    ["ContainerRunningAssert", { container: "web" }],
    ["ContainerHealthyAssert", { container: "web" }],
    ["PortAccessibleAssert", { port: 8_080 }],
    ["PortAccessibleAssert", { host: "192.0.2.7", port: 8_081 }],
  ]);
  expect(notes).toEqual([expect.stringContaining("8443")]);
});

it("a container without a health check, or that has ended, is told as such", async () => {
  const ended = containerState({ status: "exited", exitCode: 1 });
  const { claims, isThere, seen } = await look("container:web", { container: ended });
  expect({ isThere, seen }).toEqual({ isThere: false, seen: "is exited with 1" });
  expect(claims).toEqual([["ContainerRunningAssert", { container: "web" }]]);
});

it("a container that is found by its id is called by its name", async () => {
  const { claims } = await look("container:c0ffee", { container: WEB });
  expect(claims).toContainEqual(["ContainerRunningAssert", { container: "web" }]);
  await expect(look("c0ffee", { container: WEB })).rejects.toThrow("nothing that is known");
});

it("a container that nobody can be asked for could not be looked at", async () => {
  await expect(look("container:web", { container: "unknown" })).rejects.toThrow(ObservationError);
});

function running(pid: number, parentPid: number, name: string): Partial<ProcessInfo> {
  return { pid, parentPid, name, command: [`/usr/bin/${name}`], isZombie: false };
}

it.each(["nginx", "process:nginx"])("the process %s is counted", async (word) => {
  const processes = [running(7, 1, "nginx"), running(8, 7, "nginx"), running(9, 1, "sh")];
  const scene = { processes, container: "unknown" } as const;
  const { claims, seen } = await look(word, scene);
  expect(seen).toBe("runs 2 times");
  expect(claims).toEqual([["ProcessRunningAssert", { name: "nginx", minCount: 2 }]]);
});

it("a process does not count where it is this command, or has started it", async () => {
  const processes = [
    running(process.pid, 100_000_001, "node"),
    running(100_000_001, 100_000_002, "sh"),
    running(100_000_002, 1, "node"),
  ];
  expect(await look("process:node", { processes })).toMatchObject({ isThere: false });
  const more = [...processes, running(100_000_003, 1, "node")];
  expect((await look("process:node", { processes: more })).claims).toEqual([
    ["ProcessRunningAssert", { name: "node" }],
  ]);
});

it("a word that is a path and a container is the path", async () => {
  const { claims } = await look("web", { container: WEB, files: { "/project/sub/web": {} } });
  expect(claims).toContainEqual(["FileExistsAssert", { path: "sub/web" }]);
});

it.each([
  ["nothing", '"nothing" is nothing that is known or found here'],
  ["", '"" is nothing'],
  ["0", "names no port: one is 1 to 65535"],
  ["a:65536", "names no port"],
  ["ftp://a/", "is no URL with http: or https:"],
  ["http://", "is no URL"],
  ["http://user:pass@a/", '"http://***@a/" holds credentials'],
  ["container:../x", "must be container:NAME"],
  ["process:/bin/x", "must be process:NAME"],
  ["cert:a/b", "must be cert:HOST"],
])("the word %j is refused: %s", async (word, message) => {
  await expect(look(word)).rejects.toThrow(message);
});

it("a word that means nothing is told with all forms, and with what could not be asked", async () => {
  const error: unknown = await look("nothing", { container: "unknown" }).catch((e: unknown) => e);
  expect(String(error)).toContain("no docker engine answers");
  expect(String(error)).toContain("cert:HOST or cert:HOST:PORT; container:NAME");
});
