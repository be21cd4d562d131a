import { describe, expect, test } from "vitest";
import type { Served } from "../../src/ports/served.ts";
import type { Problem } from "../../src/server/refusal.ts";
import { officeClock, servedOf, servedProject } from "../support/served-lab.ts";
import { ask, eventProject, rawClient, serving, type Response } from "../support/serving-lab.ts";
import { until } from "../support/supervised.ts";
import { look, subject } from "../support/watch-lab.ts";

function problem({ headers, text }: Response): Problem {
  expect(headers["content-type"]).toContain("application/problem+json");
  return JSON.parse(text) as Problem;
}

function empty(): Served {
  return servedOf([eventProject("shop")], officeClock());
}

async function watched(): Promise<Served> {
  const clock = officeClock();
  const subjects = [subject({ name: "web", look: () => Promise.resolve(look()) })];
  return servedOf([await servedProject("shop", clock, { subjects })], clock);
}

const HOLD = "/api/projects/shop/resources/web/holds/pause";

describe("what a client may send", () => {
  test("a body of some size", async () => {
    const lab = await serving(await watched(), { limits: { bodyBytes: 100 } });
    const body = JSON.stringify({ comment: "x".repeat(100) });
    const tooLarge = await ask(lab, HOLD, { method: "POST", body });
    expect([tooLarge.status, problem(tooLarge).code]).toEqual([413, "body-too-large"]);
    const pieces = rawClient(lab);
    pieces.socket.write(
      `POST ${HOLD} HTTP/1.1\r\nHost: x\r\nx-role: admin alice\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n80\r\n${"x".repeat(128)}\r\n`,
    );
    await pieces.until(/^HTTP\/1\.1 413 .*body-too-large/su);
    expect((await ask(lab, HOLD, { method: "POST", body: '{"comment":""}' })).status).toBe(201);
  });

  test("headers of some size", async () => {
    const lab = await serving(empty(), { limits: { headerBytes: 2_000 } });
    const answer = await ask(lab, "/api", { headers: { "x-long": "x".repeat(3_000) } });
    expect([answer.status, problem(answer).code]).toEqual([431, "headers-too-large"]);
  });

  test("a URL of some length", async () => {
    const lab = await serving(empty(), { limits: { urlBytes: 100 } });
    const answer = await ask(lab, `/api/${"x".repeat(100)}`);
    expect([answer.status, problem(answer).code]).toEqual([414, "url-too-long"]);
    const longest = await ask(lab, `/api/${"x".repeat(95)}`);
    expect([longest.status, problem(longest).code]).toEqual([404, "path-unknown"]);
  });

  test.each([
    ["text/plain", "{}", 415],
    ["application/x-www-form-urlencoded", "comment=x", 415],
    ["application/json-seq", "{}", 415],
    ["", "{}", 415],
    ["application/json; charset=utf-8", "{}", 201],
    ["application/json", "", 201],
    ["application/json", "{", 400],
    ["application/json", "null", 400],
    ["application/json", "[]", 400],
    ["application/json", '"x"', 400],
    ["application/json", '{"__proto__":{"x":1}}', 400],
    ["application/json", "\u0000{}", 400],
    ["application/json", "[".repeat(60_000), 400],
    ["application/json", `{"comment":${"[".repeat(20_000)}${"]".repeat(20_000)}}`, 400],
    ["application/json", '{"forSecond":60}', 400],
    ["application/json", '{"forSeconds":"60"}', 400],
    ["application/json", '{"forSeconds":1e999}', 400],
  ])("JSON that is what is needed: %s, %j", async (type, body, status) => {
    const lab = await serving(await watched());
    const headers = { "content-type": type };
    const answer = await ask(lab, HOLD, { method: "POST", body, headers });
    expect(answer.status).toBe(status);
    if (status !== 201) expect(problem(answer).status).toBe(status);
  });

  test("no body where none is needed, or an empty one", async () => {
    const lab = await serving(await watched());
    const statuses = [];
    for (const body of [undefined, "", "{}", '{"x":1}', "[]"]) {
      const answer = await ask(lab, HOLD, {
        method: "DELETE",
        ...(body === undefined ? {} : { body }),
      });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([200, 200, 200, 400, 400]);
  });

  test("queries that are known, and the name of what is not", async () => {
    const lab = await serving(await watched());
    const answer = await ask(lab, "/api/status?strikt=true&strict=maybe");
    expect(answer.status).toBe(400);
    const errors = (problem(answer).errors ?? []).map(({ property }) => property);
    expect(errors).toEqual(["query.strict", "query.strikt"]);
    expect((await ask(lab, "/api?x")).status).toBe(400);
    expect((await ask(lab, "/api/status?strict=true&strict=true")).status).toBe(400);
    expect((await ask(lab, "/api/events?limit=%ff")).status).toBe(400);
    expect((await ask(lab, "/api/events?__proto__=1")).status).toBe(400);
  });
});

describe("how often a client may ask", () => {
  test("is counted for each, and not at all for what is open to all", async () => {
    const lab = await serving(empty(), { limits: { requestsPerSecond: 0.2 } });
    const alice = { headers: { "x-role": "reader alice" } };
    const bob = { headers: { "x-role": "reader bob" } };
    expect((await ask(lab, "/api/events", alice)).status).toBe(200);
    expect((await ask(lab, "/api/events", alice)).status).toBe(200);
    const refused = await ask(lab, "/api/events", alice);
    expect([refused.status, problem(refused).code]).toEqual([429, "too-many-requests"]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await ask(lab, "/api/events", bob)).status).toBe(200);
    for (const path of ["/api/live", "/api/ready", "/api/live"]) {
      expect((await ask(lab, path, alice)).status).toBe(200);
    }
  });

  test("is counted by address for who is not known", async () => {
    const lab = await serving(empty(), { limits: { requestsPerSecond: 0.2 } });
    const nobody = { headers: { "x-role": "open" } };
    const statuses = [];
    for (let count = 0; count < 3; count += 1) {
      statuses.push((await ask(lab, "/api/events", nobody)).status);
    }
    expect(statuses).toEqual([401, 401, 429]);
    expect((await ask(lab, "/api/events")).status).toBe(200);
  });
});

describe("connections", () => {
  test("are limited", async () => {
    const lab = await serving(empty(), { limits: { connections: 2 } });
    const clients = [rawClient(lab), rawClient(lab)];
    for (const { socket, until } of clients) {
      socket.write("GET /api/live HTTP/1.1\r\nHost: x\r\n\r\n");
      await until(/ok|starting/u);
    }
    const third = rawClient(lab);
    third.socket.write("GET /api/live HTTP/1.1\r\nHost: x\r\n\r\n");
    await third.closed;
    expect(third.text()).toBe("");
  });

  test("that send their headers too slowly are told so, and closed", async () => {
    const lab = await serving(empty(), { limits: { requestMs: 200 } });
    const client = rawClient(lab);
    client.socket.write("GET /api/live HTTP/1.1\r\nHo");
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1\.1 408 .*problem\+json.*"request-too-slow"/su);
  });

  test("that send nothing at all are closed", async () => {
    const lab = await serving(empty(), { limits: { requestMs: 200 } });
    const client = rawClient(lab);
    await client.closed;
    expect(client.text()).toMatch(/^(HTTP\/1\.1 408 |$)/u);
  });

  test("that send their body too slowly are told so, and closed", async () => {
    const lab = await serving(await watched(), { limits: { requestMs: 200 } });
    const client = rawClient(lab);
    client.socket.write(
      `POST ${HOLD} HTTP/1.1\r\nHost: x\r\nx-role: admin alice\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{`,
    );
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1\.1 408 .*"request-too-slow"/su);
  });

  test("on which nothing is asked are closed", async () => {
    const lab = await serving(empty(), { limits: { idleMs: 50 } });
    const client = rawClient(lab);
    client.socket.write("GET /api/live HTTP/1.1\r\nHost: x\r\n\r\n");
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1\.1 200 /u);
  });

  test("that do not read their answer are cut", async () => {
    const project = eventProject("shop");
    for (let count = 0; count < 100; count += 1)
      await project.happen({ text: "x".repeat(200_000) });
    const lab = await serving(servedOf([project], officeClock()), { limits: { readMs: 300 } });
    const client = rawClient(lab);
    client.socket.pause();
    client.socket.write("GET /api/events HTTP/1.1\r\nHost: x\r\nx-role: admin alice\r\n\r\n");
    await until(() => lab.answers.length === 1, "the answer ends");
    client.socket.resume();
    await client.closed;
    const length = Number(/content-length: (\d+)/iu.exec(client.text())?.[1]);
    expect(length).toBeGreaterThan(20_000_000);
    expect(client.text().length).toBeLessThan(length);
  });
});
