import {
  createServer,
  request as requestNode,
  type IncomingHttpHeaders,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TransportRequest, TransportResponse } from "../../src/ports/transport.ts";
import { loopbackTransport } from "../support/raw-server.ts";

/** What a server understood of a request. */
interface Received {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What it answers. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly parts: readonly string[];
}

const OK: Answer = { status: 200, headers: {}, parts: [] };

let server: Server;
let received: Received | null = null;
let answer = OK;

beforeAll(async () => {
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method, headers } = request;
      received = { method, headers, body: Buffer.concat(parts).toString("utf8") };
      for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
      response.writeHead(answer.status);
      for (const part of answer.parts) response.write(part);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function origin(): string {
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
}

async function ask(more: Partial<TransportRequest>): Promise<TransportResponse> {
  await using transport = await loopbackTransport().open();
  return await transport.request({
    url: new URL(origin()),
    signal: AbortSignal.timeout(5_000),
    maxBodyBytes: 1024 * 1024,
    keepBody: true,
    ...more,
  });
}

interface NodeAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function askNode(method: string): Promise<NodeAnswer> {
  return new Promise((resolve, reject) => {
    const request = requestNode(origin(), { method, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const body = Buffer.concat(parts).toString("utf8");
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
    });
    request.on("error", reject);
    request.end();
  });
}

const method = fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY");
const name = fc.stringMatching(/^X-[A-Za-z0-9-]{1,10}$/u);
const value = fc.stringMatching(/^[!-~](?:[ -~]{0,20}[!-~])?$/u);
const text = fc.string({ unit: "grapheme", maxLength: 50 });
const headers = fc.uniqueArray(fc.tuple(name, value), {
  maxLength: 5,
  selector: ([each]) => each.toLowerCase(),
});

describe("HttpTransport and node:http", () => {
  it("a server understands each request as it was meant", async () => {
    answer = OK;
    await fc.assert(
      fc.asyncProperty(
        method,
        headers,
        fc.option(text, { nil: undefined }),
        async (verb, pairs, body) => {
          const given = Object.fromEntries(pairs);
          await ask({ method: verb, headers: given, ...(body === undefined ? {} : { body }) });
          expect(received).toMatchObject({ method: verb, body: (body ?? "").toWellFormed() });
          const lower = pairs.map(([each, content]) => [each.toLowerCase(), content]);
          expect(received?.headers).toMatchObject(Object.fromEntries(lower));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("agree on headers and body of an answer, whatever was asked with", async () => {
    const answers = fc.record({
      status: fc.constantFrom(200, 201, 204, 304, 404, 500),
      headers: fc.oneof(
        headers.map((pairs) => Object.fromEntries(pairs)),
        fc.constant({ "Content-Length": "3" }),
        fc.constant({ "X-Many": ["a", "b"], Vary: "x" }),
      ),
      parts: fc.constantFrom([], ["abc"], ["a", "bc"]),
    });
    await fc.assert(
      fc.asyncProperty(method, answers, async (verb, given) => {
        const isFit = given.parts.length > 0 || !("Content-Length" in given.headers);
        answer = isFit ? given : { ...given, parts: ["abc"] };
        const [ours, node] = await Promise.all([ask({ method: verb }), askNode(verb)]);
        expect(ours.status).toBe(node.status);
        expect(Buffer.from(ours.body).toString("utf8")).toBe(node.body);
        expect({ ...ours.headers, date: null }).toEqual({ ...node.headers, date: null });
      }),
      { numRuns: 150 },
    );
  });
});
