import { expect, it } from "vitest";
import { nameServer } from "./name-server.ts";

it.each(["192.0.2.53", "192.0.2.53:5353", "::1", "2001:db8::53", "[::1]", "[2001:db8::53]:65535"])(
  "nameServer() reads %s",
  (text) => {
    expect(nameServer().read(text)).toBe(text);
  },
);

it.each([
  ...["", "dns.example.com", "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:65536", "192.0.2.256:53"],
  ...["[192.0.2.53]:53", "[::1]:", "[::1]:0", "[::1", "::1]:53", "http://192.0.2.53", 53, null],
])("nameServer() refuses %j", (value) => {
  expect(() => nameServer().read(value)).toThrow("must be an IP address with an optional port");
});
