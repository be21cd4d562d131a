import { expect, it } from "vitest";
import { scripted } from "../../test/support/checking.ts";
import { TransportError } from "../model/errors.ts";
import type { TransportRequest, TransportResponse } from "../ports/transport.ts";
import { simulatedClock } from "../testing/simulated-clock.ts";
import { httpClient } from "./http-client.ts";

const { signal } = new AbortController();
const ONE_MIB = 1024 * 1024;

function responseOf(more: Partial<TransportResponse> = {}): TransportResponse {
  const headers: Readonly<Record<string, string>> = more.headers ?? {};
  return {
    status: 200,
    statusText: "",
    header: (name) => headers[name] ?? null,
    headers,
    bodyBytes: 0,
    body: new Uint8Array(),
    isTruncated: false,
    phases: { resolveMs: 0, connectMs: 1, tlsMs: null, firstByteMs: 2, transferMs: 0.000_1 },
    ...more,
  };
}

it("httpClient() gives the whole answer, with the time of all that it took", async () => {
  const clock = simulatedClock();
  const transport = scripted(async ({ url }) => {
    await clock.sleep(20);
    return url.pathname === "/"
      ? responseOf({ status: 302, headers: { location: "/next" } })
      : responseOf({ headers: { server: "x" }, body: Buffer.from("h\u00e9") });
  });
  const url = new URL("http://a.example/");
  const answer = await httpClient({ transport, clock }).request({ url, keepBody: true, signal });
  expect(answer).toEqual({
    url: new URL("http://a.example/next"),
    status: 200,
    headers: { server: "x" },
    body: "h\u00e9",
    isTruncated: false,
    phases: { resolveMs: 0, connectMs: 2, tlsMs: null, firstByteMs: 4, transferMs: 0 },
    durationMs: 40,
  });
});

it("httpClient() asks as it is told, for at most 1 MiB", async () => {
  const requests: TransportRequest[] = [];
  const transport = scripted(async (request) => {
    requests.push(request);
    return responseOf({ status: 307, headers: { location: "/next" } });
  });
  const client = httpClient({ transport, clock: simulatedClock() });
  const request = {
    url: new URL("http://a.example/"),
    method: "PUT",
    headers: { A: "b" },
    body: "c",
    keepBody: true,
    signal,
  };
  const answer = await client.request({ ...request, followRedirects: false });
  expect(requests).toEqual([expect.objectContaining({ ...request, maxBodyBytes: ONE_MIB })]);
  expect([answer.status, answer.url.href]).toEqual([307, "http://a.example/"]);
});

it.each<[string, readonly number[], boolean, string]>([
  ["what is no UTF-8", [0x61, 0xff, 0x62], false, "a\uFFFDb"],
  ["a character that the server cut", [0x61, 0xc3], false, "a\uFFFD"],
  ["a character that the limit cut", [0x61, 0xc3], true, "a"],
])("httpClient() decodes %s", async (_what, bytes, isTruncated, body) => {
  const transport = scripted(async () => responseOf({ body: new Uint8Array(bytes), isTruncated }));
  const client = httpClient({ transport, clock: simulatedClock() });
  const url = new URL("http://a.example/");
  const answer = await client.request({ url, keepBody: true, signal });
  expect(answer).toMatchObject({ body, isTruncated });
});

it("httpClient() passes on why there is no answer", async () => {
  const error = new TransportError("connection refused");
  const transport = scripted(() => Promise.reject(error));
  const client = httpClient({ transport, clock: simulatedClock() });
  await expect(client.request({ url: new URL("http://a.example/"), signal })).rejects.toBe(error);
});
