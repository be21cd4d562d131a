import type { IncomingMessage } from "node:http";
import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { readTable } from "../../adapters/system/kernel-table.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { simulatedClock } from "../../testing/simulated-clock.ts";
import { Refusal } from "../refusal.ts";
import { createGate, type GateOptions } from "./create-gate.ts";
import type { Peer } from "./local-peer.ts";
import { DEFAULT_ACCESS, type AccessSettings } from "./settings.ts";

const OWN_UID = process.getuid?.() ?? 0;

function gate(settings: Partial<AccessSettings> = {}, options: Partial<GateOptions> = {}) {
  return createGate({
    readTable,
    settings: { ...DEFAULT_ACCESS, ...settings },
    trust: null,
    clock: simulatedClock({ auto: false }),
    peerOf: () => ({ type: "user", uid: OWN_UID }),
    ...options,
  });
}

function request(
  headers: Readonly<Record<string, string>> = {},
  { from = "127.0.0.1", to = "127.0.0.1", method = "GET" } = {},
): IncomingMessage {
  const socket = Object.assign(new EventEmitter(), {
    remoteAddress: from,
    localAddress: to,
    destroySoon: () => undefined,
  });
  return {
    method,
    headers: { host: "localhost:5000", ...headers },
    socket,
  } as unknown as IncomingMessage;
}

function outcome(admitted: unknown): unknown {
  return admitted instanceof Refusal
    ? admitted.problem.status
    : (admitted as { role: unknown }).role;
}

describe("createGate() without certificates", () => {
  it("lets who runs it do everything", () => {
    const admitted = gate().admit(request(), "admin");
    expect(admitted).toEqual({
      who: "local user",
      role: "admin",
      from: "127.0.0.1",
      isUncounted: true,
    });
  });

  it.each<[string, Peer, Partial<AccessSettings>, unknown]>([
    ["root", { type: "user", uid: 0 }, {}, "admin"],
    ["whoever asks where the system does not tell", { type: "unavailable" }, {}, "admin"],
    ["who is gone", { type: "unknown" }, {}, 401],
    ["another user", { type: "user", uid: 4_711 }, {}, 403],
    ["another user who may read", { type: "user", uid: 4_711 }, { otherUsers: "reader" }, "reader"],
  ])("judges %s", (_, peer, settings, expected) => {
    expect(outcome(gate(settings, { peerOf: () => peer }).admit(request(), "reader"))).toBe(
      expected,
    );
  });

  it("lets another user who may read do no more than that", () => {
    const peerOf = () => ({ type: "user", uid: 4_711 }) as const;
    const own = gate({ otherUsers: "reader" }, { peerOf });
    expect(outcome(own.admit(request(), "user"))).toBe(403);
  });

  it("asks the kernel once for each connection", () => {
    let count = 0;
    const peerOf = (): Peer => {
      count += 1;
      return { type: "user", uid: OWN_UID };
    };
    const own = gate({}, { peerOf });
    const one = request();
    own.admit(one, "reader");
    own.admit(one, "admin");
    expect(count).toBe(1);
    own.admit(request(), "admin");
    expect(count).toBe(2);
  });

  it.each([
    ...["localhost", "LOCALHOST:1", "127.0.0.1:5000", "127.9.9.9", "[::1]:5000", "own.example:80"],
  ])("is asked as %s", (host) => {
    expect(outcome(gate({ hosts: ["Own.example"] }).admit(request({ host }), "admin"))).toBe(
      "admin",
    );
  });

  it.each([
    ...["evil.example", "evil.example:5000", "localhost.evil.example", "127.0.0.1.evil.example"],
    ...[
      "",
      "own.example.",
      "192.0.2.1",
      "user@localhost",
      "localhost/",
      "2130706433",
      "[::2]",
      "own.example:x",
    ],
  ])("is not asked as %j", (host) => {
    expect(outcome(gate({ hosts: ["own.example"] }).admit(request({ host }), "reader"))).toBe(421);
  });

  it("refuses another host on a connection that was asked rightly before", () => {
    const own = gate();
    const { socket } = request();
    const asked = (host: string) =>
      own.admit(Object.assign(request({ host }), { socket }), "reader");
    const outcomes = ["localhost", "evil.example", "localhost"].map((host) => outcome(asked(host)));
    expect(outcomes).toEqual(["admin", 421, "admin"]);
  });

  it.each<Readonly<Record<string, string>>>([
    { origin: "http://localhost:5000" },
    { origin: "http://localhost:5000", "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none", "sec-fetch-mode": "navigate" },
  ])("lets its own pages ask: %j", (headers) => {
    expect(outcome(gate().admit(request(headers), "admin"))).toBe("admin");
  });

  it.each<Readonly<Record<string, string>>>([
    { origin: "http://localhost:3000" },
    { origin: "https://localhost:5000" },
    { origin: "http://evil.example" },
    { origin: "null" },
    { origin: "" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
  ])("refuses pages of others: %j", (headers) => {
    expect(outcome(gate().admit(request(headers), "reader"))).toBe(403);
  });

  it("refuses what came through a proxy that nobody listed", () => {
    const forwarded = { "x-forwarded-for": "192.0.2.7" };
    expect(outcome(gate().admit(request(forwarded), "reader"))).toBe(403);
  });

  it("believes no header of anybody about certificates", () => {
    const forged = { "x-ssl-client-verify": "SUCCESS", "x-ssl-client-cert": "a" };
    const elsewhere = { from: "192.0.2.7" };
    expect(
      outcome(
        gate({ insecure: true }).admit(request(forged, { ...elsewhere, to: "192.0.2.1" }), "user"),
      ),
    ).toBe(403);
    const own = gate({ trustedProxies: ["10.0.0.1"] });
    expect(outcome(own.admit(request(forged, elsewhere), "reader"))).toBe(401);
  });

  it("asks nothing of who asks whether it lives", () => {
    const admitted = gate().admit(request({ host: "evil.example" }, { from: "192.0.2.7" }), "open");
    expect(admitted).toEqual({ who: "anybody", role: null, from: "192.0.2.7" });
  });
});

describe("createGate() where it was forced to listen to others", () => {
  const elsewhere = { from: "192.0.2.7", to: "192.0.2.1" };

  it("lets others read, by its address", () => {
    const own = gate({ insecure: true });
    const headers = { host: "192.0.2.1:5000" };
    expect(own.admit(request(headers, elsewhere), "reader")).toEqual({
      ...{ who: "anybody", role: "reader", from: "192.0.2.7" },
    });
    expect(outcome(own.admit(request(headers, elsewhere), "user"))).toBe(403);
    expect(outcome(own.admit(request({ host: "evil.example" }, elsewhere), "reader"))).toBe(421);
  });

  it("lets nobody in who does not come through a proxy, where there is one", () => {
    const own = gate({ insecure: true, trustedProxies: ["10.0.0.1"] });
    expect(outcome(own.admit(request({ host: "192.0.2.1" }, elsewhere), "reader"))).toBe(401);
  });
});

describe("createGate() whose settings change", () => {
  it("judges everybody anew, and tells who listens", () => {
    const own = gate({}, { peerOf: () => ({ type: "user", uid: 4_711 }) });
    const asked = request();
    let told = 0;
    const stop = own.onChange(() => {
      told += 1;
    });
    expect(outcome(own.admit(asked, "reader"))).toBe(403);
    own.update({ ...DEFAULT_ACCESS, otherUsers: "reader" });
    expect(outcome(own.admit(asked, "reader"))).toBe("reader");
    stop();
    own.update(DEFAULT_ACCESS);
    expect([outcome(own.admit(asked, "reader")), told]).toEqual([403, 1]);
  });

  it("goes by those it had, when others cannot be used", () => {
    const own = gate();
    const wrong = {
      ...DEFAULT_ACCESS,
      roles: [{ role: "admin" }] as const,
      trustedProxies: ["10.0.0.1", "::/0"],
      hosts: ["a b"],
    };
    const update = () => {
      own.update(wrong);
    };
    expect(update).toThrow(ConfigurationError);
    expect(update).toThrow(
      /server\.roles\[0\].*\n.*server\.trustedProxies\[1\].*\n.*server\.hosts\[0\]/u,
    );
    expect(outcome(own.admit(request(), "admin"))).toBe("admin");
  });
});
