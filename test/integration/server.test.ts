import { describe, expect, test } from "vitest";
import type { Served } from "../../src/ports/served.ts";
import { StateError } from "../../src/model/deploy-errors.ts";
import type { Problem } from "../../src/server/refusal.ts";
import { officeClock, servedOf, servedProject } from "../support/served-lab.ts";
import { until } from "../support/supervised.ts";
import { ask, eventProject, rawClient, serving, type Response } from "../support/serving-lab.ts";

const NOBODY = { headers: { "x-role": "open" } };
const WHO = "Host: x\r\nx-role: admin alice\r\n";

function problem({ headers, text }: Pick<Response, "headers" | "text">): Problem {
  expect(headers["content-type"]).toContain("application/problem+json");
  return JSON.parse(text) as Problem;
}

function empty(): Served {
  return servedOf([eventProject("shop")], officeClock());
}

/** A project whose events end with it. */
function failing(events: () => Promise<never>): Served {
  const project = eventProject("shop");
  return servedOf([{ ...project, store: { ...project.store, events } }], officeClock());
}

describe("who asks for what is not there", () => {
  test("learns that it is not there", async () => {
    const lab = await serving(empty());
    const answer = await ask(lab, "/api/nothing");
    expect(answer.status).toBe(404);
    expect(problem(answer)).toMatchObject({ code: "path-unknown", status: 404 });
  });

  test("learns nothing when nobody knows them", async () => {
    const lab = await serving(empty());
    for (const path of ["/api/nothing", "/api/status", "/", "/%zz", "/api/docs/"]) {
      expect((await ask(lab, path, NOBODY)).status).toBe(401);
    }
    expect((await ask(lab, "/api/live", NOBODY)).status).toBe(200);
  });

  test("learns which methods there are", async () => {
    const lab = await serving(empty(), { basePath: "/wm" });
    for (const [method, path, allow] of [
      ["POST", "/wm/api/status", "GET, HEAD"],
      ["PATCH", "/wm/api/projects?x=1", "GET, HEAD, POST"],
      ["PROPFIND", "/wm/api/projects/a%2Fb/", "GET, HEAD, DELETE"],
      ["OPTIONS", "/wm/", "GET, HEAD"],
      ["PUT", "/wm", "GET, HEAD"],
    ] as const) {
      const answer = await ask(lab, path, { method });
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, allow]);
      expect(problem(answer)).toMatchObject({ code: "method-unknown" });
    }
  });

  test("finds no way around the base path", async () => {
    const lab = await serving(empty(), { basePath: "/wm" });
    for (const path of ["/api/status", "/wm/../api/status", "/wm//api/status", "//wm/api/status"]) {
      expect((await ask(lab, path)).status).toBe(404);
    }
  });
});

describe("a path", () => {
  test("may end with a slash", async () => {
    const lab = await serving(empty());
    expect((await ask(lab, "/api/live/")).status).toBe(200);
  });

  test.each(["a%2Fb", "..%2F..", "%00", "%0d%0aSet-Cookie:x", "a".repeat(2_000), "%F0%9F%98%80"])(
    "names nothing by %s",
    async (name) => {
      const lab = await serving(empty());
      const answer = await ask(lab, `/api/projects/${name}`);
      expect([answer.status, problem(answer).code]).toEqual([400, "request-invalid"]);
    },
  );

  test.each(["%zz", "%", "%ff%fe", "%c0%ae", "%E4"])(
    "that is not encoded as it has to be is refused: %s",
    async (name) => {
      const lab = await serving(empty());
      const answer = await ask(lab, `/api/projects/${name}`);
      expect([answer.status, problem(answer).code]).toEqual([400, "url-malformed"]);
      await until(() => lab.answers.length === 1, "it is logged");
      expect(lab.answers[0]).toMatchObject({ status: 400, who: "alice" });
    },
  );

  test("is not made shorter by dots", async () => {
    const lab = await serving(empty());
    expect((await ask(lab, "/api/projects/../live")).status).toBe(404);
    expect((await ask(lab, "/api/./live")).status).toBe(404);
  });
});

test("HEAD gives what GET does, but for the body", async () => {
  const lab = await serving(empty());
  const got = await ask(lab, "/api/events");
  const head = await ask(lab, "/api/events", { method: "HEAD" });
  expect([head.status, head.text]).toEqual([200, ""]);
  for (const name of ["content-type", "content-length", "cache-control", "vary"]) {
    expect(head.headers[name]).toBe(got.headers[name]);
  }
  expect((await ask(lab, "/api/events", { method: "HEAD", ...NOBODY })).status).toBe(401);
});

test("what somebody has already comes without a body, and without a length of its own", async () => {
  const clock = officeClock();
  const lab = await serving(
    servedOf([await servedProject("shop", clock, { subjects: [] })], clock),
  );
  const path = "/api/projects/shop/badges/health.svg";
  const { etag = "" } = (await ask(lab, path)).headers;
  const again = await ask(lab, path, { headers: { "if-none-match": etag } });
  expect([again.status, again.text, again.headers.etag]).toEqual([304, "", etag]);
  expect(again.headers).not.toHaveProperty("content-length");
});

test("every answer says that it is for now, and what it is", async () => {
  const lab = await serving(empty());
  for (const path of ["/api/live", "/api/nothing"]) {
    const { headers } = await ask(lab, path);
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      vary: "accept-encoding",
    });
  }
});

describe("what goes wrong here", () => {
  test("is told by nothing but a reference to the log", async () => {
    const served = failing(() => Promise.reject(new TypeError("cannot read /etc/shadow")));
    const lab = await serving(served);
    const answer = await ask(lab, "/api/events");
    expect(answer.status).toBe(500);
    const { instance, ...rest } = problem(answer);
    expect(Object.keys(rest).sort()).toEqual(["code", "hint", "status", "title", "type"]);
    expect(answer.text).not.toMatch(/shadow|TypeError|\.ts|node_modules/u);
    expect(lab.errors[0]?.error).toBeInstanceOf(TypeError);
    expect(lab.errors[0]?.during).toContain(String(instance));
  });

  test("with the state is told as such, without its file", async () => {
    const lab = await serving(failing(() => Promise.reject(new StateError("no /srv/state.db"))));
    const answer = await ask(lab, "/api/events");
    expect([answer.status, problem(answer).code]).toEqual([503, "state-unusable"]);
    expect(answer.text).not.toContain("/srv");
    expect(lab.errors).toHaveLength(1);
  });

  test("by taking too long is told in time", async () => {
    const lab = await serving(
      failing(() => new Promise(() => undefined)),
      { limits: { answerMs: 100 } },
    );
    const answer = await ask(lab, "/api/events");
    expect([answer.status, problem(answer).code]).toEqual([503, "answer-too-slow"]);
  });
});

describe("what is done for somebody is told to stop", () => {
  function probing(): { readonly served: Served; readonly signals: AbortSignal[] } {
    const signals: AbortSignal[] = [];
    const probe = (_asked: unknown, signal: AbortSignal): Promise<never> => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    return { served: servedOf([], officeClock(), { prober: { probe } }), signals };
  }

  test("when the time is over, which is longer for what is slow", async () => {
    const { served, signals } = probing();
    const lab = await serving(served, { limits: { answerMs: 1, slowAnswerMs: 200 } });
    const answer = await ask(lab, "/probe?target=web");
    expect([answer.status, problem(answer).code]).toEqual([503, "answer-too-slow"]);
    expect(signals[0]?.aborted).toBe(true);
  });

  test("when they are gone", async () => {
    const { served, signals } = probing();
    const lab = await serving(served);
    const { socket } = rawClient(lab);
    socket.write(`GET /probe?target=web HTTP/1.1\r\n${WHO}\r\n`);
    await until(() => signals.length === 1, "it is asked");
    expect(signals[0]?.aborted).toBe(false);
    socket.destroy();
    await until(() => signals[0]?.aborted === true, "it is aborted");
    await until(() => lab.answers.length === 1, "it is logged");
    expect(lab.answers[0]).toMatchObject({ status: 499, who: "alice" });
  });
});

describe("what is no request", () => {
  test.each([
    ["GET\r\n\r\n", 400, "request-malformed"],
    ["\u0016\u0003\u0001\u0002\u0000\u0001\u0000", 400, "request-malformed"],
    ["GET /api/live HTTP/9.9\r\n\r\n", 400, "request-malformed"],
    ["GET /api/live HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n", 400, "request-malformed"],
    [
      "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      400,
      "",
    ],
    ["POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400, "request-malformed"],
    ["GET /api/live HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n", 417, "expectation-unknown"],
  ])("is answered with a problem: %j", async (bytes, status, code) => {
    const lab = await serving(empty());
    const client = rawClient(lab);
    client.socket.write(bytes, "latin1");
    await client.closed;
    expect(client.text()).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `, "u"));
    expect(client.text()).toMatch(/content-type: application\/problem\+json/iu);
    expect(client.text()).toContain(code);
    expect(client.text()).not.toMatch(/HPE_|Parse Error|node:/u);
  });

  test("does not end up in the middle of an answer", async () => {
    const project = eventProject("shop");
    const lab = await serving(servedOf([project], officeClock()));
    const client = rawClient(lab);
    client.socket.write(
      `GET /api/projects/shop/events HTTP/1.1\r\n${WHO}Accept: text/event-stream\r\n\r\n`,
    );
    await client.until(/retry: /u);
    client.socket.write("no request\r\n\r\n");
    await client.closed;
    expect(client.text().match(/HTTP\/1\.1/gu)).toHaveLength(1);
  });

  test("an upgrade that nobody offers is answered like anything else", async () => {
    const lab = await serving(empty());
    const client = rawClient(lab);
    client.socket.write(
      `GET /api/live HTTP/1.1\r\n${WHO}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    await client.until(/^HTTP\/1\.1 200 /u);
    expect(client.text()).toContain("application/json");
  });
});
