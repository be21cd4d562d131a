import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { officeClock, servedOf, servedProject } from "../support/served-lab.ts";
import { ask, eventProject, serving, type ServingLab } from "../support/serving-lab.ts";
import { look, subject } from "../support/watch-lab.ts";

const PATH = "/api/projects/shop/events?limit=1000";

async function talkative(count: number): Promise<ServingLab> {
  const project = eventProject("shop");
  for (let done = 0; done < count; done += 1) await project.happen();
  return await serving(servedOf([project], officeClock()));
}

test.each([
  ["br", "br"],
  ["gzip", "gzip"],
  ["gzip, br", "br"],
  ["gzip;q=1.0, br;q=0.5", "gzip"],
  ["br;q=0, gzip", "gzip"],
  ["br;q=0, gzip;q=0", undefined],
  ["identity", undefined],
  ["deflate", undefined],
  ["zstd, gzip;q=0.1", "gzip"],
  ["*", "gzip"],
  ["", undefined],
  ["nonsense;;;q=x,,", undefined],
])("what is long is sent as is agreed upon: %s", async (accepted, encoding) => {
  const lab = await talkative(100);
  const plain = await ask(lab, PATH);
  const answer = await ask(lab, PATH, { headers: { "accept-encoding": accepted } });
  expect(answer.headers["content-encoding"]).toBe(encoding);
  expect(answer.headers.vary).toBe("accept-encoding");
  expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(textOf(answer.bytes, encoding)).toBe(plain.text);
  if (encoding !== undefined) expect(answer.bytes.length).toBeLessThan(plain.bytes.length / 5);
});

test("what is very long as well", async () => {
  const lab = await talkative(1_000);
  const plain = await ask(lab, PATH);
  expect(plain.bytes.length).toBeGreaterThan(100_000);
  for (const encoding of ["br", "gzip"]) {
    const answer = await ask(lab, PATH, { headers: { "accept-encoding": encoding } });
    expect(answer.headers["content-encoding"]).toBe(encoding);
    expect(textOf(answer.bytes, encoding)).toBe(plain.text);
  }
});

test("what is short is sent as it is", async () => {
  const lab = await talkative(1);
  const answer = await ask(lab, PATH, { headers: { "accept-encoding": "br" } });
  expect(answer.headers["content-encoding"]).toBeUndefined();
  expect(answer.headers["content-length"]).toBe(String(answer.bytes.length));
});

test("what is sent compressed is not read", async () => {
  const lab = await talkative(0);
  const headers = { "content-encoding": "gzip" };
  const body = "not gzip";
  const answer = await ask(lab, "/api/projects/shop/holds/pause", {
    method: "POST",
    body,
    headers,
  });
  expect(answer.status).toBe(415);
});

test("what comes in pieces is compressed piece by piece", async () => {
  const clock = officeClock();
  const subjects = Array.from({ length: 2_000 }, (_, place) =>
    subject({ name: `resource-${String(place)}`, look: () => Promise.resolve(look()) }),
  );
  const lab = await serving(servedOf([await servedProject("shop", clock, { subjects })], clock));
  for (const encoding of ["br", "gzip", undefined]) {
    const headers = { "accept-encoding": encoding ?? "identity" };
    const answer = await ask(lab, "/api/metrics", { headers });
    expect(answer.headers["content-encoding"]).toBe(encoding);
    expect(answer.headers["transfer-encoding"]).toBe("chunked");
    const text = textOf(answer.bytes, encoding);
    expect(text.length).toBeGreaterThan(500_000);
    for (const { name } of subjects) expect(text).toContain(`"${name}"`);
    if (encoding !== undefined) expect(answer.bytes.length).toBeLessThan(text.length / 10);
  }
});

function textOf(bytes: Buffer, encoding: string | undefined): string {
  if (encoding === "br") return brotliDecompressSync(bytes).toString();
  return (encoding === "gzip" ? gunzipSync(bytes) : bytes).toString();
}
