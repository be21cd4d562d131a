import { isIP } from "node:net";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseNetLine } from "./proc-net.ts";

const TCP = { protocol: "tcp", endianness: "LE" } as const;
const UDP = { protocol: "udp", endianness: "LE" } as const;

function line(local: string, state: string): string {
  const remote = local.length > 13 ? `${"0".repeat(32)}:0000` : "00000000:0000";
  return `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 1234 1`;
}

it.each([
  ["0100007F:1F90", "127.0.0.1", 8080],
  ["00000000:0016", "0.0.0.0", 22],
  ["0202000A:FFFF", "10.0.2.2", 65_535],
  ["00000000000000000000000000000000:01BB", "::", 443],
  ["00000000000000000000000001000000:1538", "::1", 5432],
  ["B80D0120000000000000000001000000:0050", "2001:db8::1", 80],
  ["0000000000000000FFFF00000100007F:0050", "::ffff:127.0.0.1", 80],
  ["000080FE00000000FF005450B6AB1DFE:0050", "fe80::5054:ff:fe1d:abb6", 80],
])("parseNetLine() reads %s", (local, address, port) => {
  expect(parseNetLine(line(local, "0A"), TCP)).toEqual({ protocol: "tcp", address, port });
});

it("parseNetLine() reads what a processor with the other byte order writes", () => {
  const options = { protocol: "tcp", endianness: "BE" } as const;
  const found = parseNetLine(line("20010DB8000000000000000000000001:0050", "0A"), options);
  expect(found?.address).toBe("2001:db8::1");
  expect(parseNetLine(line("7F000001:0050", "0A"), options)?.address).toBe("127.0.0.1");
});

it("parseNetLine() leaves out who does not listen", () => {
  const states = Array.from({ length: 13 }, (_, index) => `0${index.toString(16).toUpperCase()}`);
  const listening = (options: typeof TCP | typeof UDP): readonly string[] =>
    states.filter((state) => parseNetLine(line("0100007F:1F90", state), options) !== null);
  expect(listening(TCP)).toEqual(["0A"]);
  expect(listening(UDP)).toEqual(["07"]);
});

it.each([
  "",
  "  sl  local_address rem_address   st",
  line("0100007F:1F9", "0A"),
  line("0100007:1F90", "0A"),
  line("0100007G:1F90", "0A"),
])("parseNetLine() passes over %j", (text) => {
  expect(parseNetLine(text, TCP)).toBeNull();
});

it("parseNetLine() gives real addresses and ports, or nothing", () => {
  const hex = (length: number): fc.Arbitrary<string> =>
    fc.string({
      unit: fc.nat(15).map((digit) => digit.toString(16).toUpperCase()),
      minLength: length,
      maxLength: length,
    });
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.tuple(fc.oneof(hex(8), hex(32)), hex(4)).map((parts) => line(parts.join(":"), "0A")),
  );
  fc.assert(
    fc.property(text, (each) => {
      const { address, port } = parseNetLine(each, TCP) ?? { address: "::", port: 0 };
      expect(isIP(address)).not.toBe(0);
      expect(port >= 0 && port <= 65_535).toBe(true);
    }),
  );
});
