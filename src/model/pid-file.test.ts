import fc from "fast-check";
import { expect, it } from "vitest";
import { pidIn } from "./pid-file.ts";

it.each([
  ["4711\n", 4711],
  ["4711", 4711],
  ["  4711 \r\n", 4711],
  ["4711\n/var/lib/postgresql/data\n1700000000\n", 4711],
  ["4194304", 4_194_304],
])("pidIn() reads %j", (text, pid) => {
  expect(pidIn(text)).toBe(pid);
});

it.each([
  "",
  "\n",
  "0",
  "1\n",
  "-7",
  "+7",
  "7.5",
  "0x10",
  "4711 4712",
  "pid 4711",
  "4194305",
  "٤٢",
])("pidIn() finds no pid in %j", (text) => {
  expect(pidIn(text)).toBeNull();
});

it("pidIn() gives a pid of somebody's, or none, of any text", () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^\s{0,3}[-+\d]{0,9}\s{0,3}$/u));
  fc.assert(
    fc.property(text, (content) => {
      const pid = pidIn(content);
      const isSomebodys = pid !== null && Number.isInteger(pid) && pid > 1 && pid <= 4_194_304;
      expect(pid === null || isSomebodys).toBe(true);
      expect(pid ?? Number.parseInt(content, 10)).toBe(Number.parseInt(content, 10));
    }),
  );
});
