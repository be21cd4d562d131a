import { expect, it } from "vitest";
import { apiClient } from "./client.ts";
import type { Client } from "./client-types.ts";
import { ProblemError } from "./problem-error.ts";

interface Exchange {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A client whose requests are answered by a test, one after the other. */
function answering(...answers: readonly (() => Response | Promise<Response>)[]): {
  readonly client: Client;
  readonly asked: readonly Exchange[];
  readonly waits: readonly number[];
} {
  const asked: Exchange[] = [];
  const waits: number[] = [];
  const client = apiClient({
    url: "https://status.example.org/wm/",
    headers: { "x-test": "1" },
    fetch: async (url, { method, headers, body } = {}) => {
      asked.push({ url: url as string, method, headers: new Headers(headers), body });
      return await (answers[asked.length - 1] ?? Response.error)();
    },
    wait: (delayMs) => {
      waits.push(delayMs);
      return Promise.resolve();
    },
  });
  return { client, asked, waits };
}

const json = (value: unknown, status = 200): Response =>
  Response.json(value, { status, headers: { "content-type": "application/json" } });

const EVENT = {
  id: 7,
  project: "shop",
  at: "2026-11-29T12:00:00.000Z",
  type: "health_changed",
  resource: "web",
  text: "is unhealthy",
  data: { from: "healthy" },
};

const stream = (text: string) => (): Response =>
  new Response(text, { headers: { "content-type": "text/event-stream" } });

it("asks at the place that the contract says", async () => {
  const held = {
    id: 1,
    kind: "pause",
    resource: "a.b",
    from: "2026-11-29T12:00:00.000Z",
    until: null,
    by: "me",
    comment: "",
  };
  const { client, asked } = answering(() => json(held, 201));
  const answer = await client.holdResource({
    params: { project: "shop", resource: "a.b", kind: "pause" },
    body: { forSeconds: 60 },
  });
  expect(answer).toEqual(held);
  const [{ url, method, headers, body }] = asked as [Exchange];
  expect(url).toBe("https://status.example.org/wm/api/projects/shop/resources/a.b/holds/pause");
  expect(method).toBe("POST");
  expect(body).toBe('{"forSeconds":60}');
  expect(Object.fromEntries(headers)).toEqual({
    "x-test": "1",
    accept: "application/json",
    "content-type": "application/json",
  });
});

it("writes a query, without what is left out", async () => {
  const { client, asked } = answering(() => json({ resources: [], total: 0, next: null }));
  await client.resources({ query: { group: "a&b=c d", limit: 5, health: undefined } });
  expect(asked[0]?.url).toBe(
    "https://status.example.org/wm/api/resources?group=a%26b%3Dc%20d&limit=5",
  );
});

it("gives an answer that comes with a status of its own, and refuses a problem with the same", async () => {
  const problem = { type: "about:blank", title: "No", status: 503, code: "unavailable" };
  const { client } = answering(
    () => json({ status: "starting" }, 503),
    () =>
      new Response(JSON.stringify(problem), {
        status: 503,
        headers: { "content-type": "application/problem+json" },
      }),
  );
  expect(await client.ready()).toEqual({ status: "starting" });
  await expect(client.ready()).rejects.toMatchObject({ status: 503, code: "unavailable", problem });
});

it.each([
  ["a page of a proxy", () => new Response("<html>", { status: 502 }), 502],
  ["no answer of this API", () => json({ status: "fine" }), 200],
  ["no JSON", () => new Response("nope"), 200],
])("refuses %s", async (_, answer, status) => {
  const { client } = answering(answer);
  const error: unknown = await client.live().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({ status, code: "answer-unexpected", problem: null });
});

it("tells what the server told of a problem", async () => {
  const problem = {
    type: "urn:clockwork:problem:resource-unknown",
    title: "Not found",
    status: 404,
    code: "resource-unknown",
    detail: "No resource is called wbe.",
    hint: "Did you mean web?",
  };
  const { client } = answering(() => json(problem, 404));
  const asking = client.resource({ params: { project: "shop", resource: "wbe" } });
  await expect(asking).rejects.toThrow("404: No resource is called wbe. Did you mean web?");
});

it("follows events, and goes on where it was when the connection ends", async () => {
  const controller = new AbortController();
  const { client, asked, waits } = answering(
    stream(`retry: 50\n\nid: shop=7\ndata: ${JSON.stringify(EVENT)}\n\ndata: nonsense\n\n`),
    () => new Response("", { status: 503 }),
    () => Promise.reject(new TypeError("refused")),
    stream(`id: shop=8\ndata: ${JSON.stringify({ ...EVENT, id: 8 })}\n\n`),
  );
  const seen: unknown[] = [];
  for await (const { id, event } of client.follow({ signal: controller.signal })) {
    seen.push([id, event.id]);
    if (seen.length === 2) controller.abort();
  }
  expect(seen).toEqual([
    ["shop=7", 7],
    ["shop=8", 8],
  ]);
  expect(asked.map(({ url }) => url)).toEqual(
    Array.from({ length: 4 }, () => "https://status.example.org/wm/api/events"),
  );
  expect(asked.map(({ headers }) => headers.get("last-event-id"))).toEqual([
    null,
    "shop=7",
    "shop=7",
    "shop=7",
  ]);
  expect(waits).toEqual([50, 100, 200]);
});

it("follows events of one resource, after the one that was named", async () => {
  const { client, asked } = answering(
    stream(`id: 8\ndata: ${JSON.stringify({ ...EVENT, id: 8 })}\n\n`),
  );
  for await (const { event } of client.follow({ project: "shop", resource: "web", after: "7" })) {
    expect(event.id).toBe(8);
    break;
  }
  expect(asked[0]?.url).toBe("https://status.example.org/wm/api/projects/shop/events?resource=web");
  expect(asked[0]?.headers.get("last-event-id")).toBe("7");
});

it("stops following where it is refused", async () => {
  const problem = { type: "about:blank", title: "No", status: 403, code: "role-needed" };
  const { client } = answering(() => json(problem, 403));
  const following = async (): Promise<void> => {
    for await (const followed of client.follow()) expect(followed).toBeUndefined();
  };
  await expect(following()).rejects.toMatchObject({ status: 403, code: "role-needed" });
});

it("waits longer each time that it cannot connect, and stops when it is told to", async () => {
  const controller = new AbortController();
  let left = 8;
  const { client, waits } = answering(
    ...Array.from({ length: 8 }, () => () => {
      left -= 1;
      if (left === 0) controller.abort();
      return Promise.reject(new TypeError("refused"));
    }),
  );
  for await (const followed of client.follow({ signal: controller.signal })) {
    expect(followed).toBeUndefined();
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});
