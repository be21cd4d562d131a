import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { originOf, outsideOf } from "./outside.ts";

function request(headers: IncomingHttpHeaders, isEncrypted = false): IncomingMessage {
  return { headers, socket: isEncrypted ? { encrypted: true } : {} } as unknown as IncomingMessage;
}

const PROXY = {
  host: "backend:5000",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "monitor.example",
  "x-forwarded-prefix": "/team",
};

describe("outsideOf()", () => {
  it.each<[string, IncomingMessage, boolean, string]>([
    ["plain", request({ host: "localhost:5000" }), false, "http://localhost:5000/wm"],
    ["over TLS", request({ host: "a.example" }, true), false, "https://a.example/wm"],
    ["without a host", request({}), false, "http://localhost/wm"],
    ["with a host that is none", request({ host: "a/@b" }), false, "http://localhost/wm"],
    ["from a proxy", request(PROXY), true, "https://monitor.example/team/wm"],
    ["from somebody who is none", request(PROXY), false, "http://backend:5000/wm"],
    ["from a proxy that says nothing", request({ host: "b:1" }, true), true, "https://b:1/wm"],
    [
      "from a proxy that speaks the standard",
      request({ host: "b", forwarded: 'proto=https;host="c.example:8443"' }),
      true,
      "https://c.example:8443/wm",
    ],
    [
      "from a proxy that passes on nonsense",
      request({ host: "b", "x-forwarded-host": "c.example/evil", "x-forwarded-proto": "ftp" }),
      true,
      "http://b/wm",
    ],
  ])("tells how it is seen %s", (_, asked, isProxied, expected) => {
    expect(outsideOf(asked, "/wm", isProxied).baseUrl).toBe(expected);
  });

  it("ends without a slash, whatever the proxy says", () => {
    const asked = request({ host: "a", "x-forwarded-prefix": "/team/" });
    expect(outsideOf(asked, "", true).baseUrl).toBe("http://a/team");
  });
});

describe("originOf()", () => {
  it("leaves the base path and the prefix out", () => {
    expect(originOf(request(PROXY), true)).toBe("https://monitor.example");
  });
});
