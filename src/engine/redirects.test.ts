import { expect, it } from "vitest";
import { scripted } from "../../test/support/checking.ts";
import { TransportError } from "../model/errors.ts";
import type { TransportRequest, TransportResponse } from "../ports/transport.ts";
import { followRedirects, type Followed } from "./redirects.ts";

const { signal } = new AbortController();

/** What came over the wire, for comparison. */
interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

type Route = readonly [status: number, location: string];

function responseOf(status: number, location: string | null): TransportResponse {
  return {
    status,
    statusText: "",
    header: (name) => (name === "location" ? location : null),
    headers: location === null ? {} : { location },
    bodyBytes: 0,
    body: new Uint8Array(),
    isTruncated: false,
    phases: { resolveMs: null, connectMs: 1, tlsMs: null, firstByteMs: 2, transferMs: 0.5 },
  };
}

/** Follows redirects through a table of them; any other URL answers 200. */
async function follow(
  routes: Readonly<Record<string, Route>>,
  more: Partial<TransportRequest> = {},
  follows = true,
): Promise<Followed & { readonly sent: readonly Sent[] }> {
  const sent: Sent[] = [];
  const transport = scripted(async ({ url, method = "GET", headers = {}, body = null }) => {
    sent.push({ url: url.href, method, headers, body });
    const [status, location] = routes[`${method} ${url.href}`] ?? routes[url.href] ?? [200, null];
    return responseOf(status, location);
  });
  const url = new URL("http://a.example/");
  const request = { url, signal, maxBodyBytes: 1_000, ...more };
  return { ...(await followRedirects(transport, request, follows)), sent };
}

const FORM = {
  method: "POST",
  body: "a=b",
  headers: { "Content-Type": "text/x-form", "content-length-hint": "3", Accept: "text/html" },
};

it.each([301, 302, 303])("followRedirects() turns a POST into a GET at a %i", async (status) => {
  const { sent, url, response } = await follow({ "http://a.example/": [status, "/next"] }, FORM);
  expect(sent).toEqual([
    { url: "http://a.example/", ...FORM },
    {
      url: "http://a.example/next",
      method: "GET",
      headers: { Accept: "text/html" },
      body: null,
    },
  ]);
  expect([url.href, response.status]).toEqual(["http://a.example/next", 200]);
});

it.each([307, 308])("followRedirects() repeats a POST at a %i", async (status) => {
  const { sent } = await follow({ "http://a.example/": [status, "/next"] }, FORM);
  expect(sent[1]).toEqual({ url: "http://a.example/next", ...FORM });
});

it("followRedirects() asks with HEAD to the end", async () => {
  const { sent } = await follow({ "http://a.example/": [303, "/next"] }, { method: "HEAD" });
  expect(sent.map(({ method }) => method)).toEqual(["HEAD", "HEAD"]);
});

it("followRedirects() lets a form lead back to its own page, and sees a loop all the same", async () => {
  const routes: Record<string, Route> = { "POST http://a.example/": [303, "/#done"] };
  const { sent } = await follow(routes, { method: "POST" });
  expect(sent.map(({ method }) => method)).toEqual(["POST", "GET"]);
  routes["GET http://a.example/#done"] = [302, "/#again"];
  await expect(follow(routes, { method: "POST" })).rejects.toThrow(
    new TransportError("redirect loop: http://a.example/ again"),
  );
});

const SECRETS = {
  Authorization: "x",
  cookie: "x",
  "X-Api-Key": "x",
  "X-Auth-Token": "x",
  "X-Client-Secret": "x",
  "X-Session-Id": "x",
  "Proxy-Authorization": "x",
  Host: "virtual.example",
};

it.each(["/next", "http://a.example:80/next", "//a.example/next"])(
  "followRedirects() sends secrets on to %s, which is the same origin",
  async (location) => {
    const { sent } = await follow({ "http://a.example/": [302, location] }, { headers: SECRETS });
    expect(sent[1]).toMatchObject({ url: "http://a.example/next", headers: SECRETS });
  },
);

it.each(["http://b.example/", "http://a.example:81/", "https://a.example/", "//sub.a.example/"])(
  "followRedirects() sends no secrets to %s, and none afterwards",
  async (location) => {
    const there = new URL(location, "http://a.example/").href;
    const { sent } = await follow(
      { "http://a.example/": [307, location], [there]: [307, "http://a.example/back"] },
      { headers: { ...SECRETS, Accept: "text/html", "User-Agent": "me" } },
    );
    const headers = { Accept: "text/html", "User-Agent": "me" };
    expect(sent[1]).toMatchObject({ url: there });
    expect(sent[2]).toMatchObject({ url: "http://a.example/back" });
    expect(sent.slice(1).map((each) => each.headers)).toEqual([headers, headers]);
  },
);

it("followRedirects() keeps credentials in a URL for its own origin", async () => {
  const url = new URL("http://ann:pw@a.example/");
  const { sent } = await follow(
    { [url.href]: [302, "/in"], "http://ann:pw@a.example/in": [302, "http://b.example/"] },
    { url },
  );
  expect(sent.map((each) => each.url)).toEqual([
    ...["http://ann:pw@a.example/", "http://ann:pw@a.example/in", "http://b.example/"],
  ]);
});

it("followRedirects() adds phases up", async () => {
  const { phases } = await follow({ "http://a.example/": [302, "/next"] });
  expect(phases).toEqual({
    ...{ resolveMs: null, connectMs: 2, tlsMs: null },
    ...{ firstByteMs: 4, transferMs: 1 },
  });
});

it("followRedirects() takes a redirect for the answer when it should", async () => {
  const { sent, response } = await follow({ "http://a.example/": [302, "/next"] }, {}, false);
  expect([sent.length, response.status]).toEqual([1, 302]);
});

it("followRedirects() asks with what else the request says, each time", async () => {
  const requests: TransportRequest[] = [];
  const transport = scripted(async (request) => {
    requests.push(request);
    return responseOf(requests.length === 1 ? 302 : 200, requests.length === 1 ? "/next" : null);
  });
  const onConnected = (): void => undefined;
  const url = new URL("http://a.example/");
  const rest = { signal, maxBodyBytes: 7, keepBody: true, onConnected };
  await followRedirects(transport, { url, ...rest }, true);
  expect(requests[1]).toEqual({ url: new URL("http://a.example/next"), ...rest });
});
