import { expect, it } from "vitest";
import { shownHttpUrl, urlFromResource } from "./http-url.ts";
import { targetOf, type TargetParts } from "./target.ts";

const container = { engine: "docker", name: "web" } as const;
const tcp = { host: 8080, container: 80, protocol: "tcp" } as const;

function bound(url: string | null, parts: TargetParts): unknown {
  return urlFromResource(url, { target: targetOf("web", "docker", parts) });
}

it.each<[string, string | null, TargetParts, object]>([
  ["what it was told", "http://a/", { url: "http://b/" }, {}],
  ["the URL of its resource", null, { url: "http://b/" }, { url: "http://b/" }],
  [
    "the first published TCP port at a fixed place",
    null,
    {
      container,
      ports: [{ ...tcp, protocol: "udp", host: 53 }, { ...tcp, host: 0 }, tcp, { ...tcp, host: 9 }],
    },
    { url: "http://127.0.0.1:8080/" },
  ],
])("urlFromResource() takes %s", (_, url, parts, added) => {
  expect(bound(url, parts)).toEqual(added);
});

it.each<[TargetParts, string]>([
  [{}, "http://127.0.0.1:8080/health"],
  [{ container }, "publish a TCP port"],
  [{ container, ports: [{ ...tcp, protocol: "udp" }] }, "publish a TCP port"],
  [{ container, ports: [{ ...tcp, host: 0 }] }, "at a fixed one"],
])("urlFromResource() says what is missing from %j", (parts, hint) => {
  expect(() => bound(null, parts)).toThrow(
    expect.objectContaining({
      code: "option-missing",
      message: "needs a URL: its resource has none",
      hint: expect.stringContaining(hint) as string,
    }),
  );
});

it("shownHttpUrl() shows no query", () => {
  expect(shownHttpUrl({ url: "http://a/b?token=x" })).toBe("http://a/b?…");
  expect(shownHttpUrl({ url: null })).toBe("its URL");
});
