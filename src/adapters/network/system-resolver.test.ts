import { expect, it } from "vitest";
import { TransportClosedError } from "../../model/errors.ts";
import { systemResolver } from "./system-resolver.ts";

const { signal } = new AbortController();

it("lookup() knows literals alone", async () => {
  await using resolver = systemResolver();

  expect(resolver.lookup("[::1]")).toEqual([{ address: "::1", family: 6 }]);
  expect(resolver.lookup("localhost")).toBeNull();
});

it("resolve() finds what the system knows", async () => {
  await using resolver = systemResolver();

  const addresses = await resolver.resolve("LocalHost", signal);
  expect(addresses.map(({ address }) => address)).toContainEqual(
    expect.stringMatching(/^(?:127\.0\.0\.1|::1)$/u),
  );
  await expect(resolver.resolve("127.0.0.1", signal)).resolves.toEqual([
    { address: "127.0.0.1", family: 4 },
  ]);
});

it("resolve() says why there is no address", async () => {
  await using resolver = systemResolver();

  await expect(resolver.resolve("a..b", signal)).rejects.toThrow("malformed host name 'a..b'");
});

it("resolve() rejects at once with the signal's reason", async () => {
  await using resolver = systemResolver();
  const stop = new AbortController();
  const waiting = resolver.resolve("localhost", stop.signal);
  stop.abort(new Error("enough"));

  await expect(waiting).rejects.toThrow("enough");
  await expect(resolver.resolve("localhost", stop.signal)).rejects.toThrow("enough");
});

it("disposing rejects whoever waits, and whoever comes later", async () => {
  const resolver = systemResolver();
  const waiting = resolver.resolve("localhost", signal);
  const disposed = resolver[Symbol.asyncDispose]();

  await expect(waiting).rejects.toThrow("the resolver was closed");
  await disposed;
  await expect(resolver.resolve("localhost", signal)).rejects.toBeInstanceOf(TransportClosedError);
});
