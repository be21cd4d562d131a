import { once } from "node:events";
import { request } from "node:http";
import fc, { type Arbitrary } from "fast-check";
import { describe, expect, test } from "vitest";
import { openApiDocument } from "../../src/api/openapi.ts";
import type { Route } from "../../src/api/route.ts";
import { ROUTES } from "../../src/api/routes.ts";
import { problem } from "../../src/api/schemas/service.ts";
import { fuzzed, type FuzzLab } from "../support/fuzz-lab.ts";
import {
  accepted,
  HOSTILE_TEXTS,
  hostileJson,
  nearlyAccepted,
} from "../support/schema-arbitrary.ts";
import { rawClient } from "../support/serving-lab.ts";

/** Every endpoint is asked so often; more in a soak. */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 30);

/** For each endpoint, in milliseconds. */
const LIMIT_MS = 3_000;

/** Longer nothing takes: a hang. In milliseconds. */
const HANG_MS = 10_000;

/** What there is. */
const NAMES = {
  project: ["shop"],
  resource: ["web", "db", "job", "job", "job", "job"],
  ...{ id: [1], number: [1], version: [1] },
};

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const { paths } = openApiDocument({ version: "1.2.3", url: "http://localhost" });

async function ask(lab: FuzzLab, { method, path, headers, body }: Asked): Promise<Answer> {
  const asked = request({
    ...{ host: "127.0.0.1", port: lab.port, method, path, agent: lab.agent },
    headers: {
      ...headers,
      ...(body === null ? {} : { "content-length": Buffer.byteLength(body) }),
    },
    signal: AbortSignal.timeout(HANG_MS),
  });
  asked.end(body ?? undefined);
  const [answer] = (await once(asked, "response")) as [
    AsyncIterable<Buffer> & {
      readonly statusCode: number;
      readonly headers: Record<string, string>;
      readonly destroy: () => void;
    },
  ];
  const { statusCode: status, headers: given } = answer;
  const type = given["content-type"] ?? "";
  // A stream has no end.
  if (type.startsWith("text/event-stream")) {
    answer.destroy();
    return { status, type, text: "" };
  }
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece);
  return { status, type, text: Buffer.concat(pieces).toString() };
}

/** Writes values into a path. */
function pathOf(path: string, params: unknown, query: unknown): string {
  const values = Object.entries(params ?? {});
  let filled = path;
  for (const [key, value] of values) {
    // Nothing at all would be another path.
    filled = filled.replace(`{${key}}`, encoded(value) || "%20");
  }
  const words = Object.entries(query ?? {}).map(
    ([key, value]) => `${encoded(key)}=${encoded(value)}`,
  );
  return words.length === 0 ? filled : `${filled}?${words.join("&")}`;
}

function encoded(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? "");
  return encodeURIComponent(text.toWellFormed().slice(0, 3_000));
}

/** What a parameter may be, what it nearly may be, and anything. */
function anyOf(arbitrary: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc.oneof(
    { weight: 5, arbitrary },
    { weight: 3, arbitrary: nearlyAccepted(arbitrary) },
    {
      weight: 1,
      arbitrary: fc.dictionary(fc.constantFrom(...HOSTILE_TEXTS), hostileJson, { maxKeys: 3 }),
    },
  );
}

const ODD_BODIES = [
  ...["", "{", "[]", "null", '{"__proto__":{}}', "\u0000", "[".repeat(30_000)],
  ...['{"x":'.repeat(10_000), `${"[".repeat(30_000)}${"]".repeat(30_000)}`],
  `{"comment":${"[".repeat(30_000)}${"]".repeat(30_000)}}`,
];

const ACCEPTS = ["*/*", "application/json", "text/html", "text/event-stream", "a/b;q=x,,"];
const ENCODINGS = ["identity", "identity;q=1", "*;q=0", "nonsense"];

/** Most mean well; the others are odd in any way. */
function askingOf(route: Route): Arbitrary<Asked> {
  const params = accepted(route.params, NAMES);
  const query = accepted(route.query, NAMES);
  const body = route.body === null ? fc.constant({}) : accepted(route.body, NAMES);
  const well = fc.record({
    ...{ params, query, body: body.map((value) => JSON.stringify(value)) },
    role: fc.constant("admin alice"),
    accept: fc.constantFrom(...ACCEPTS),
    encoding: fc.constantFrom(...ENCODINGS),
    type: fc.constant("application/json"),
    last: fc.constant(""),
  });
  const odd = fc.record({
    params: fc.oneof(params, nearlyAccepted(params)),
    query: anyOf(query),
    body: fc.oneof(
      { weight: 6, arbitrary: anyOf(body).map((value) => JSON.stringify(value)) },
      { weight: 1, arbitrary: fc.constantFrom(...ODD_BODIES) },
      { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
    ),
    role: fc.constantFrom("admin alice", "user bob", "reader carol", "open"),
    accept: fc.constantFrom(...ACCEPTS),
    encoding: fc.constantFrom(...ENCODINGS),
    type: fc.constantFrom("application/json", "text/plain", ""),
    last: fc.constantFrom("", "1", "shop=1,mail=0", "x"),
  });
  const any = fc.oneof({ weight: 3, arbitrary: well }, { weight: 2, arbitrary: odd });
  return any.map((made) => ({
    method: route.method,
    path: pathOf(route.path, made.params, made.query),
    headers: {
      ...{ "x-role": made.role, accept: made.accept, "accept-encoding": made.encoding },
      ...(made.last === "" ? {} : { "last-event-id": made.last }),
      ...(route.method === "GET" ? {} : { "content-type": made.type }),
    },
    body: route.method === "GET" ? null : made.body.toWellFormed(),
  }));
}

/** A stack, or where this runs. */
const LEAK = /^\s*at .+:\d+:\d+|node_modules|node:internal|\.ts:\d+:\d+/mu;

/** What must be so of every answer, whatever was asked. */
function expectSound(route: Route, { status, type, text }: Answer): void {
  expect(status).not.toBe(500);
  expect(text).not.toMatch(LEAK);
  expect(text).not.toContain(process.cwd());
  const usual = new Set([
    route.status ?? 200,
    ...Object.keys(route.otherStatuses ?? {}).map(Number),
  ]);
  if (type.startsWith("application/problem+json")) {
    expect(problem.strict().parse(JSON.parse(text)).status).toBe(status);
    expect(status).toBeGreaterThanOrEqual(400);
    const documented = documentedOf(route);
    // What any request may be refused with is documented once for all.
    expect([...documented, "404", "408", "413", "414", "415", "431"]).toContain(String(status));
    return;
  }
  expect([...usual]).toContain(status);
  if (type.startsWith("application/json") && "schema" in route.answer) {
    expect(route.answer.schema.safeParse(JSON.parse(text)).error).toBeUndefined();
    return;
  }
  const expected = { json: [], text: [], page: ["text/html"], events: ["text/event-stream"] };
  const types: readonly string[] =
    route.answer.type === "text" ? [route.answer.mediaType] : expected[route.answer.type];
  expect(types.some((each) => type.startsWith(each.split(";", 1)[0] ?? ""))).toBe(true);
}

function documentedOf({ path, method }: Route): readonly string[] {
  const item = paths[path] as Readonly<Record<string, { readonly responses: object }>>;
  return Object.keys(item[method.toLowerCase()]?.responses ?? {});
}

describe("whatever is asked of an endpoint, it answers as it is documented", () => {
  test.each(Object.entries(ROUTES as Readonly<Record<string, Route>>))("%s", async (_, route) => {
    const lab = await fuzzed();
    let successes = 0;
    await fc.assert(
      fc.asyncProperty(askingOf(route), async (asked) => {
        const answer = await ask(lab, asked);
        expectSound(route, answer);
        if (answer.status < 300) successes += 1;
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: LIMIT_MS },
    );
    expect(lab.errors).toEqual([]);
    // It is no use to be refused all the time.
    expect(successes).toBeGreaterThan(0);
  });
});

test("whatever is asked at all, it is answered", async () => {
  const methods = ["GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS", "TRACE", "PROPFIND"];
  const known = Object.values(ROUTES).map(({ path }) => path);
  const parts = fc.oneof(fc.constantFrom(...HOSTILE_TEXTS, "api", "probe"), fc.string());
  const path = fc.oneof(
    fc.array(parts, { maxLength: 5 }).map((all) => `/${all.map(encoded).join("/")}`),
    fc
      .tuple(
        fc.constantFrom(...known),
        fc.constantFrom("", "/", "//", "?", "?a", "?%", "/%zz", "/.."),
      )
      .map((two) => two.join("")),
  );
  const lab = await fuzzed();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...methods), path, async (method, where) => {
      const answer = await ask(lab, {
        method,
        path: where,
        headers: { "x-role": "admin alice" },
        body: null,
      });
      expect(answer.status).toBeLessThan(500);
      if (method === "HEAD") expect(answer.text).toBe("");
      if (answer.status >= 400 && method !== "HEAD") {
        expect(problem.strict().parse(JSON.parse(answer.text)).status).toBe(answer.status);
      }
      expect(answer.text).not.toMatch(LEAK);
    }),
    { numRuns: RUNS * 5, interruptAfterTimeLimit: LIMIT_MS },
  );
});

test("whatever bytes come, the connection ends, with a problem or without a word", async () => {
  const lab = await fuzzed();
  const piece = fc.oneof(
    fc.constantFrom("GET / HTTP/1.1\r\n", "Host: x\r\n", "\r\n", "\r\n\r\n", "POST ", " HTTP/1.1"),
    fc.constantFrom(
      "Content-Length: 5\r\n",
      "Transfer-Encoding: chunked\r\n",
      "0\r\n\r\n",
      "5;a=b\r\n",
    ),
    fc.constantFrom(
      "Expect: 100-continue\r\n",
      "Upgrade: h2c\r\n",
      "x-role: admin alice\r\n",
      "\u0000",
    ),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const client = rawClient(lab);
      client.socket.end(Buffer.from(pieces.join(""), "latin1"));
      await client.closed;
      const [, status = "400"] = /^HTTP\/1\.1 (\d{3}) /u.exec(client.text()) ?? [];
      expect(Number(status)).toBeLessThan(500);
      expect(client.text()).not.toMatch(LEAK);
    }),
    { numRuns: RUNS * 2, interruptAfterTimeLimit: LIMIT_MS },
  );
  expect(lab.errors).toEqual([]);
});
