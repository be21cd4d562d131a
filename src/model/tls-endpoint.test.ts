import fc from "fast-check";
import { expect, it } from "vitest";
import { InvalidOption } from "./options.ts";
import { shownTlsEndpoint, tlsEndpoint, tlsUrl } from "./tls-endpoint.ts";

it.each([
  ["https://example.com/path?query", "example.com:443", "example.com", 443],
  ["https://Example.com:8443", "example.com:8443", "example.com", 8443],
  ["example.com", "example.com:443", "example.com", 443],
  ["localhost:443", "localhost:443", "localhost", 443],
  ["127.0.0.1:9", "127.0.0.1:9", "127.0.0.1", 9],
  ["[::0001]:9", "[::1]:9", "::1", 9],
  ["https://[2001:db8::1]/", "[2001:db8::1]:443", "2001:db8::1", 443],
])("tlsUrl() reads %s as %s", (text, read, host, port) => {
  expect(tlsUrl().read(text)).toBe(read);
  expect(tlsUrl().read(read)).toBe(read);
  expect(tlsEndpoint(read)).toEqual({ host, port });
});

it("tlsUrl() takes a URL", () => {
  expect(tlsUrl().read(new URL("https://a/"))).toBe("a:443");
});

it.each(["", "http://a/", "smtp://a:25", "a:0", "a:65536", "a b", "a/b", "::1", 443, null])(
  "tlsUrl() refuses %j",
  (value) => {
    expect(() => tlsUrl().read(value)).toThrow("must be an https URL, or host:port");
  },
);

it("tlsUrl() takes no credentials, and shows none", () => {
  expect(() => tlsUrl().read("https://a:hunter2@b/")).toThrow("must not hold credentials");
  expect(() => tlsUrl().read("http://a:hunter2@b/")).not.toThrow("hunter2");
});

it("tlsUrl() reads an endpoint or refuses, whatever comes", () => {
  const unit = fc.constantFrom("a", "1", ":", "[", "]", ".", "/", "@", "%", "https://", "ä");
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
      try {
        const { host, port } = tlsEndpoint(tlsUrl().read(text));
        expect(host).not.toBe("");
        expect(port).toBeGreaterThan(0);
        expect(port).toBeLessThan(65_536);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidOption);
      }
    }),
  );
});

it("shownTlsEndpoint() shows what was read", () => {
  expect([shownTlsEndpoint("a:443"), shownTlsEndpoint(null)]).toEqual(["a:443", "its URL"]);
});
