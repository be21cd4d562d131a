import { expect, it } from "vitest";
import { rawServer, type RawServer } from "../../../test/support/raw-server.ts";
import { systemClock } from "../../adapters/system/clock.ts";
import type { ProbeAsked, ProbeOutcome } from "../../ports/served.ts";
import { readProbeModules } from "./probe-modules.ts";
import { createProber, type ProberOptions } from "./prober.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const SLOW_PATTERN = "^(a+)+$";

const { modules } = readProbeModules(
  {
    slow_search: { prober: "http", http: { fail_if_body_matches_regexp: [SLOW_PATTERN] } },
    no_file: { prober: "tcp", tcp: { tls: true, tls_config: { ca_file: "/no/such/file.pem" } } },
    other_name: { prober: "tcp", tcp: { tls: true, tls_config: { server_name: "192.0.2.1" } } },
    soon: { prober: "http", timeout: "1ms" },
    greeted: { prober: "tcp", tcp: { query_response: [{ expect: "^HELLO" }] } },
  },
  "modules",
);

async function answering(text: string): Promise<RawServer> {
  return await rawServer({ onRequest: (socket) => socket.end(text) });
}

async function probe(
  asked: Partial<ProbeAsked> & Pick<ProbeAsked, "target">,
  options: Partial<ProberOptions> = {},
  signal = new AbortController().signal,
): Promise<ProbeOutcome> {
  const targets = (): readonly string[] => [asked.target];
  await using prober = createProber({ targets, modules, clock: systemClock, ...options });
  return await prober.probe({ ...USUAL, ...asked }, signal);
}

const USUAL = {
  module: "http_2xx",
  hostname: null,
  client: "prometheus",
  patienceMs: 30_000,
  isDebug: false,
};

function textOf(outcome: ProbeOutcome): string {
  if (outcome.type === "metrics") return outcome.text;
  throw new Error(outcome.message);
}

it("probe() connects to nothing but what is configured", async () => {
  await using server = await answering(OK);
  const targets = (): readonly string[] => [`${server.origin}/health`];
  for (const target of [
    server.origin,
    `${server.origin}/health/x`,
    `127.0.0.1:${String(server.port)}`,
  ]) {
    for (const module of modules.keys()) {
      const { type } = await probe({ target, module }, { targets });
      expect(type).toBe("forbidden");
    }
  }
  expect(server.connections()).toBe(0);
  const { type } = await probe({ target: `${server.origin}/health` }, { targets });
  expect([type, server.connections()]).toEqual(["metrics", 1]);
});

it("probe() tells whoever names no module that it is not there", async () => {
  const outcome = await probe({ target: "http://127.0.0.1/", module: "http_3xx" });
  expect(outcome).toEqual({ type: "no-module", message: 'There is no module "http_3xx".' });
});

it("probe() asks with the name that is wanted, of the address that is configured", async () => {
  await using server = await answering(OK);
  const text = textOf(await probe({ target: `${server.origin}/a?b=c`, hostname: "shop.example" }));
  expect(text).toContain("\nprobe_success 1\n");
  expect(server.requests[0]).toMatch(/^GET \/a\?b=c HTTP\/1\.1\r\nHost: shop\.example\r\n/u);
});

it("probe() never connects to the name that a certificate should be for", async () => {
  await using server = await rawServer({
    onConnection: (socket) => socket.once("data", () => socket.end("no TLS")),
  });
  const target = `127.0.0.1:${String(server.port)}`;
  const text = textOf(await probe({ target, module: "other_name", isDebug: true }));
  expect(text).toContain("the other side does not speak TLS (127.0.0.1:");
  expect(server.connections()).toBe(1);
});

it("probe() ends when its time is over, and tells what it measured", async () => {
  await using server = await rawServer();
  const text = textOf(await probe({ target: server.origin, module: "soon" }));
  expect(text).toContain("\nprobe_success 0\n");
  const kept = textOf(await probe({ target: server.origin, patienceMs: 600 }));
  const connect = /phase="connect"\} (?<seconds>\S+)/u.exec(kept)?.groups?.["seconds"];
  expect(Number(connect)).toBeGreaterThan(0);
  expect(Number(/^probe_duration_seconds (\S+)/mu.exec(kept)?.[1])).toBeLessThan(30);
  await server.allClosed();
});

it("probe() ends when whoever asked is gone", async () => {
  const controller = new AbortController();
  await using server = await rawServer({
    onRequest: () => {
      controller.abort(new Error("gone"));
    },
  });
  await expect(probe({ target: server.origin }, {}, controller.signal)).rejects.toThrow("gone");
  await server.allClosed();
});

it("probe() turns away who comes when too many are under way, and lets others go on", async () => {
  const release: (() => void)[] = [];
  await using server = await rawServer({
    onRequest: (socket) => {
      release.push(() => socket.end(OK));
    },
  });
  const { origin } = server;
  await using prober = createProber({
    targets: () => [origin],
    modules,
    clock: systemClock,
    limit: 1,
  });
  const ask = (): Promise<ProbeOutcome> =>
    prober.probe({ ...USUAL, target: origin }, new AbortController().signal);
  const first = ask();
  const second = ask();
  await expect.poll(() => release.length).toBe(1);
  expect(server.connections()).toBe(1);
  release[0]?.();
  await expect.poll(() => release.length).toBe(2);
  release[1]?.();
  for (const each of [first, second]) {
    expect(textOf(await each)).toContain("\nprobe_success 1\n");
  }
});

it("probe() stops a search that takes too long, fails, and does not begin it again soon", async () => {
  const body = `${"a".repeat(40)}!`;
  await using server = await answering(`HTTP/1.1 200 OK\r\n\r\n${body}`);
  const { origin } = server;
  await using prober = createProber({ targets: () => [origin], modules, clock: systemClock });
  const asked = { ...USUAL, target: origin, module: "slow_search", isDebug: true };
  const { signal } = new AbortController();
  const first = textOf(await prober.probe(asked, signal));
  expect(first).toContain("\nprobe_failed_due_to_regex 1\n");
  expect(first).toContain("took more than 1 s");
  const second = textOf(await prober.probe(asked, signal));
  expect(second).toContain("took too long before, and rests");
  expect(second).toContain("\nprobe_success 0\n");
});

it("probe() fails where a file of its own cannot be read, and says which", async () => {
  await using server = await answering(OK);
  const target = `127.0.0.1:${String(server.port)}`;
  const text = textOf(await probe({ target, module: "no_file", isDebug: true }));
  expect(text).toContain("/no/such/file.pem cannot be read");
  expect(text).toContain("\nprobe_success 0\n");
});

it("probe() tells readable text to who asks for it, without a secret", async () => {
  await using server = await answering(OK);
  const target = `http://alice:c0rrect-h0rse@127.0.0.1:${String(server.port)}/?token=c0rrect`;
  const text = textOf(await probe({ target, isDebug: true }));
  expect(text).toMatch(/^What happened, by seconds:\n/u);
  expect(text).toContain("was answered with 200");
  expect(text).toContain("\nprobe_success 1\n");
  expect(text).not.toContain("c0rrect-h0rse");
});

it("probe() waits for a line, but not for ever and not for any number", async () => {
  const flood = "x".repeat(100_000);
  await using server = await rawServer({ onConnection: (socket) => socket.write(flood) });
  const target = `127.0.0.1:${String(server.port)}`;
  const text = textOf(await probe({ target, module: "greeted", isDebug: true }));
  expect(text).toContain("the other side sends more than is read");
  expect(text).toContain("\nprobe_success 0\n");
  await server.allClosed();
});
