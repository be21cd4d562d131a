import fc from "fast-check";
import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { parseServerUrl } from "./server-url.ts";

it("parseServerUrl() reads a socket of the file system", () => {
  expect(parseServerUrl("unix:///run/my supervisor.sock")).toEqual({
    peer: "/run/my supervisor.sock",
    socketPath: "/run/my supervisor.sock",
    host: "localhost",
    port: 0,
    path: "/RPC2",
  });
});

it.each([
  ["http://127.0.0.1:9001", "127.0.0.1", 9001, "/RPC2", "127.0.0.1:9001"],
  ["http://localhost:9001/RPC2", "localhost", 9001, "/RPC2", "localhost:9001"],
  ["http://[::1]:9001/", "::1", 9001, "/RPC2", "[::1]:9001"],
  ["http://host", "host", 80, "/RPC2", "host:80"],
  ["http://host/proxied/RPC2", "host", 80, "/proxied/RPC2", "host:80"],
])("parseServerUrl() reads %s", (url, ...[host, port, path, peer]) => {
  expect(parseServerUrl(url)).toEqual({ peer, socketPath: null, host, port, path });
});

it.each([
  ["unix://relative.sock", "absolute path"],
  ["unix:///a\0b", "absolute path"],
  ["https://host:9001", "must be unix:// or http://"],
  ["/run/supervisor.sock", "must be unix:// or http://"],
  ["http://user:hunter2@host", "must not hold credentials"],
])("parseServerUrl() refuses %j: %s", (url, reason) => {
  expect(() => parseServerUrl(url)).toThrow(ObservationError);
  expect(() => parseServerUrl(url)).toThrow(reason);
});

it("parseServerUrl() keeps credentials out of its message", () => {
  expect(() => parseServerUrl("http://user:hunter2@host")).not.toThrow("hunter2");
  expect(() => parseServerUrl("https://user:hunter2@host")).not.toThrow("hunter2");
});

it("parseServerUrl() gives an endpoint or an ObservationError, whatever the text", () => {
  const start = fc.constantFrom("", "unix://", "unix:///", "http://", "http://[");
  fc.assert(
    fc.property(start, fc.string({ unit: "binary" }), (scheme, rest) => {
      try {
        expect(parseServerUrl(scheme + rest).path).toMatch(/^\//u);
      } catch (error) {
        expect(error).toBeInstanceOf(ObservationError);
      }
    }),
  );
});
