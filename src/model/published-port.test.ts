import fc from "fast-check";
import { expect, it } from "vitest";
import { InvalidOption } from "./options.ts";
import { publishedPort, refuseSamePorts, type PortInput } from "./published-port.ts";

const type = publishedPort();

it.each<[PortInput, object]>([
  ["8080:80", { host: 8080, container: 80, protocol: "tcp" }],
  ["8080:80/udp", { host: 8080, container: 80, protocol: "udp" }],
  ["80", { host: 0, container: 80, protocol: "tcp" }],
  ["80/UDP", { host: 0, container: 80, protocol: "udp" }],
  [80, { host: 0, container: 80, protocol: "tcp" }],
  ["127.0.0.1:8080:80/udp", { host: 8080, container: 80, protocol: "udp", address: "127.0.0.1" }],
  ["127.0.0.1::80", { host: 0, container: 80, protocol: "tcp", address: "127.0.0.1" }],
  ["[::1]:8080:80", { host: 8080, container: 80, protocol: "tcp", address: "::1" }],
  [{ container: 80 }, { host: 0, container: 80, protocol: "tcp" }],
  [
    { host: 53, container: 5353, protocol: "udp", address: "0:0:0:0:0:0:0:1" },
    { host: 53, container: 5353, protocol: "udp", address: "::1" },
  ],
])("publishedPort() reads %o", (input, expected) => {
  const value = type.read(input);
  expect(value).toEqual(expected);
  expect(type.read(value)).toEqual(value);
});

it.each([
  ["8080:0", "must have a container port from 1 to 65535: got 0"],
  ["70000:80", "must have a host port from 0 to 65535: got 70000"],
  ["8080:80/sctp", 'must have the protocol tcp or udp: got "sctp"'],
  ["localhost:8080:80", 'must have an IPv4 or IPv6 address: got "localhost"'],
  ["1.2.3.400:8080:80", 'must have an IPv4 or IPv6 address: got "1.2.3.400"'],
  ["8000-8010:80", "must be a port such as"],
  ["", "must be a port such as"],
  [{ container: 80, hostPort: 1 }, "must be a port such as"],
  [{ host: 80 }, "must have a container port from 1 to 65535: got nothing"],
  [8080.5, "must have a container port from 1 to 65535: got 8080.5"],
])("publishedPort() refuses %o", (input, message) => {
  expect(() => type.read(input)).toThrow(message);
});

it("publishedPort() reads what it shows, and refuses all else in words", () => {
  const port = fc.integer({ min: 1, max: 65_535 });
  fc.assert(
    fc.property(port, port, fc.constantFrom("tcp", "udp"), (host, container, protocol) => {
      const text = `${String(host)}:${String(container)}/${protocol}`;
      expect(type.read(text)).toEqual({ host, container, protocol });
    }),
  );
  const hostile = fc.oneof(fc.string(), fc.stringMatching(/^[\d:.[\]/a-z]{0,120}$/), fc.anything());
  fc.assert(
    fc.property(hostile, (input) => {
      try {
        const value = type.read(input);
        expect(type.read(value)).toEqual(value);
        expect(value.container).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidOption);
      }
    }),
  );
});

it("refuseSamePorts() tells addresses and protocols apart, and lets the engine choose", () => {
  const ports = (...inputs: PortInput[]): void => {
    refuseSamePorts(inputs.map((input) => type.read(input)));
  };
  expect(() => {
    ports("8080:80", "8080:80/udp", "127.0.0.1:8081:80", "127.0.0.2:8081:80", 80, 80);
  }).not.toThrow();
  expect(() => {
    ports("8080:80", "8080:81");
  }).toThrow("publishes port 8080/tcp of this machine twice");
});
