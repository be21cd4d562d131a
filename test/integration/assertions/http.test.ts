import type { Socket } from "node:net";
import { afterAll, beforeAll, describe, it } from "vitest";
import { secret } from "../../../src/model/secret.ts";
import { assertKind, HANGING, NO_ANSWER, shown } from "../../support/assert-kind.ts";
import { watchLeftovers, type Leftovers } from "../../support/leftovers.ts";
import { startNginx, type Nginx } from "../../support/nginx.ts";
import { hasPart } from "../../support/parts.ts";
import { rawServer, response, type RawServer } from "../../support/raw-server.ts";
import { closedPort } from "../../support/services.ts";
import { starved } from "../../support/starved.ts";

const JSON_TYPE = { "Content-Type": "application/json" };

/** What nginx is not made to do. */
const PAGES = new Map<string, (socket: Socket, head: string) => void>([
  ["/json", (socket) => socket.write(response(200, JSON_TYPE, '{"db":{"state":"up"}}'))],
  ["/down", (socket) => socket.write(response(503, {}, "queue is full"))],
  ["/moved", (socket) => socket.write(response(302, { Location: "/down" }))],
  ["/slow", (socket) => setTimeout(() => socket.write(response(200)), 60)],
  ["/large", (socket) => socket.write(response(200, {}, "x".repeat(2 * 1024 * 1024)))],
  ["/half", (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")],
  ["/garbage", (socket) => socket.write("garbage\r\n\r\n")],
  ["/echo", (socket, head) => socket.write(response(500, {}, head))],
  // Anything else is met with silence.
]);

/** Each kind with options besides the URL. */
const KINDS = [
  ["HealthcheckAssert", "healthcheck", {}, "200"],
  ["HTTPStatusAssert", "http-status", {}, "200"],
  ["ResponseTimeAssert", "response-time", { maxMs: 4_000 }, "at most 4000 ms"],
  ["HTTPHeaderAssert", "http-header", { header: "Server" }, "Server"],
  ["HTTPBodyAssert", "http-body", { contains: "ok" }, '"ok" in the body'],
] as const;

let leftovers: Leftovers;
let pages: RawServer;

beforeAll(async () => {
  leftovers = watchLeftovers();
  pages = await rawServer({
    onRequest: (socket, head) => PAGES.get(head.split(" ", 2)[1] ?? "")?.(socket, head),
  });
});
afterAll(async () => {
  await pages.allClosed();
  await pages[Symbol.asyncDispose]();
  await leftovers.expectNone();
});

const page = (path: string): { url: string } => ({ url: pages.origin + path });

describe.skipIf(!hasPart("nginx"))("with nginx,", () => {
  let nginx: Nginx;
  beforeAll(async () => {
    nginx = await startNginx();
  });
  afterAll(async () => {
    await nginx[Symbol.asyncDispose]();
  });

  it.concurrent.for([
    ["HealthcheckAssert", "healthcheck", { bodyContains: "ok" }, "200", "200"],
    ["HTTPStatusAssert", "http-status", { expectedStatus: ["2xx", 404] }, "2xx or 404", "200"],
    ["ResponseTimeAssert", "response-time", { maxMs: 4_000 }, "at most 4000 ms", /^[\d.]+ ms$/u],
    [
      "HTTPHeaderAssert",
      "http-header",
      { header: "server", matches: /^nginx/ },
      "server matching /^nginx/",
      /^"nginx/u,
    ],
    ["HTTPBodyAssert", "http-body", { matches: /^ok$/m }, "/^ok$/m in the body", "found"],
  ] as const)(
    "%s passes, by its own URL or that of its resource",
    async ([, kind, options, expected, actual], { expect }) => {
      const url = `${nginx.url}/health`;
      const passed = [
        "pass",
        expected,
        typeof actual === "string" ? actual : expect.stringMatching(actual),
      ];
      expect(await shown(kind, { url, ...options })).toEqual(passed);
      expect(await shown(kind, options, { target: { url } })).toEqual(passed);
    },
  );
  it.concurrent.for([
    ["HealthcheckAssert", "healthcheck", {}, "200", "404 Not Found"],
    ["HTTPStatusAssert", "http-status", { expectedStatus: "2xx" }, "2xx", "404 Not Found"],
    [
      "HTTPHeaderAssert",
      "http-header",
      { header: "Server", absent: true },
      "no Server",
      /^"nginx/u,
    ],
    [
      "HTTPBodyAssert",
      "http-body",
      { contains: "all is well" },
      '"all is well" in the body',
      "not found",
    ],
  ] as const)(
    "%s fails for a page that is not there",
    async ([, kind, options, expected, actual], { expect }) => {
      const seen = await shown(kind, { url: `${nginx.url}/nowhere`, ...options });
      expect(seen).toEqual([
        "fail",
        expected,
        typeof actual === "string" ? actual : expect.stringMatching(actual),
      ]);
    },
  );
});

describe.concurrent("an assertion on HTTP", () => {
  it("shows what a failing service says, and where it led", async ({ expect }) => {
    expect(await assertKind("healthcheck", page("/moved"))).toMatchObject({
      verdict: "fail",
      expected: "200",
      actual: "503 Service Unavailable",
      details: `redirected to ${pages.origin}/down\nbody: queue is full`,
      metrics: { statusCode: 503, responseTimeMs: expect.any(Number) as number },
    });
    const moved = await shown("http-status", { ...page("/moved"), expectedStatus: 302 });
    expect(moved).toEqual(["pass", "302", "302"]);
  });
  it("looks into JSON", async ({ expect }) => {
    const up = { path: "db.state", equals: "up" };
    const passed = await shown("healthcheck", { ...page("/json"), json: up });
    expect(passed[0]).toBe("pass");
    const down = { path: "db.state", equals: "down" };
    const failed = await shown("http-body", { ...page("/json"), json: down });
    expect(failed).toEqual([
      "fail",
      expect.stringContaining('"down"'),
      expect.stringContaining('"up"'),
    ]);
  });
  it("fails when an answer takes too long", async ({ expect }) => {
    const outcome = await assertKind("response-time", { ...page("/slow"), maxMs: 20 });
    expect(outcome).toMatchObject({ verdict: "fail", expected: "at most 20 ms" });
    expect(outcome.metrics["responseTimeMs"]).toBeGreaterThan(50);
    expect(outcome.details).toContain("first byte");
  });
  it("sends a secret, and tells it to nobody, even if it comes back", async ({ expect }) => {
    const headers = { Authorization: secret.env("TOKEN") };
    const place = { env: { TOKEN: "Bearer s3cret-token" } };
    const outcome = await assertKind("healthcheck", { ...page("/echo"), headers }, place);
    expect(pages.requests.some((head) => head.includes("Bearer s3cret-token"))).toBe(true);
    expect(outcome.actual).toBe("500 Internal Server Error");
    expect(outcome.details).toMatch(/authorization: \*\*\*/iu);
    expect(JSON.stringify(outcome)).not.toContain("s3cret");
  });

  it.for(KINDS)(
    "%s fails when nobody listens, or no HTTP is spoken",
    async ([, kind, options], { expect }) => {
      const nobody = { url: `http://127.0.0.1:${String(await closedPort())}/`, ...options };
      const refused = await shown(kind, nobody);
      expect(refused).toEqual(["fail", null, expect.stringMatching(/^connection refused/u)]);
      const garbage = await shown(kind, { ...page("/garbage"), ...options });
      expect(garbage).toEqual(["fail", null, expect.stringContaining("malformed response")]);
    },
  );
  it.for(KINDS)(
    "%s fails when the server accepts and never speaks, or stops half-way",
    async ([, kind, options], { expect }) => {
      for (const path of ["/silent", "/half"]) {
        const seen = await shown(kind, { ...page(path), ...options }, HANGING);
        expect(seen).toEqual(["fail", null, NO_ANSWER]);
      }
    },
  );

  it("errs when a secret is missing", async ({ expect }) => {
    const options = { ...page("/json"), headers: { Authorization: secret.env("TOKEN") } };
    const seen = await shown("healthcheck", options, { env: {} });
    const missing = "a secret is needed from environment variable TOKEN: it is not set, or empty";
    expect(seen).toEqual(["error", null, missing]);
  });
  it("errs when what it looks for may stand beyond what is read", async ({ expect }) => {
    const seen = await shown("http-body", { ...page("/large"), contains: "y" });
    expect(seen).toEqual(["error", '"y" in the body', "not found in the 1 MiB that is read"]);
  });
  it("errs when we have no files left to connect with, whatever its kind", async ({ expect }) => {
    const asked = KINDS.map(
      ([, kind, options]) => [kind, { ...page("/json"), ...options }] as const,
    );
    const error: unknown = ["error", null, expect.stringMatching(/files? open|open files/u)];
    expect(await starved(asked)).toEqual(KINDS.map(() => error));
  });
});
