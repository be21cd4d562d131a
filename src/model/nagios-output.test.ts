import fc from "fast-check";
import { expect, it } from "vitest";
import { figureMetrics, parseNagiosOutput, type PerformanceFigure } from "./nagios-output.ts";

const UNSAFE = /[\p{Cc}\p{Cs}]/u;

function figure(parts: Partial<PerformanceFigure>): PerformanceFigure {
  return {
    label: "x",
    value: null,
    unit: "",
    warning: null,
    critical: null,
    least: null,
    most: null,
    ...parts,
  };
}

it("parseNagiosOutput takes a line apart at its bar", () => {
  const output = "HTTP OK - 200 in 0.012 s|time=0.012345s;1.5;@2:3;0;10 size=612B;;;0\n";
  expect(parseNagiosOutput(output)).toEqual({
    text: "HTTP OK - 200 in 0.012 s",
    longText: "",
    figures: [
      figure({
        label: "time",
        value: 0.012345,
        unit: "s",
        warning: "1.5",
        critical: "@2:3",
        least: 0,
        most: 10,
      }),
      figure({ label: "size", value: 612, unit: "B", least: 0 }),
    ],
  });
});

it("parseNagiosOutput reads long text and the data after it, over several lines", () => {
  const output = [
    "DISK OK - free space | /=2643MB;5948;5958;0;5968",
    "/ 15272 MB (77%);",
    "/boot 68 MB (69%); | /boot=68MB;88;93;0;98",
    "/home=69357MB;253404;253409;0;253414",
    "'/var log'=818MB;970;975;0;980",
  ].join("\n");
  const { text, longText, figures } = parseNagiosOutput(output);
  expect(text).toBe("DISK OK - free space");
  expect(longText).toBe("/ 15272 MB (77%);\n/boot 68 MB (69%);");
  expect(figures.map(({ label, value }) => [label, value])).toEqual([
    ["/", 2_643],
    ["/boot", 68],
    ["/home", 69_357],
    ["/var log", 818],
  ]);
});

it.each([
  ["'it''s a = b'=1", figure({ label: "it's a = b", value: 1 })],
  ["load=U", figure({ label: "load", value: null })],
  ["load=Us", figure({ label: "load", value: null, unit: "s" })],
  ["t=-1.5e-3ms", figure({ label: "t", value: -0.0015, unit: "ms" })],
  ["t=.5%", figure({ label: "t", value: 0.5, unit: "%" })],
  ["t=1c;~:5", figure({ label: "t", value: 1, unit: "c", warning: "~:5" })],
  ["t=1;;;zero;U", figure({ label: "t", value: 1 })],
])("parseNagiosOutput reads %s", (data, expected) => {
  expect(parseNagiosOutput(`OK | ${data}`).figures).toEqual([expected]);
});

it.each(["", "noise", "=1", "a=", "a=1,5s", "a=one", "''=1", "'open=1", "a=1e999", "a=0x10"])(
  "parseNagiosOutput leaves out %j and reads what follows",
  (noise) => {
    const { figures } = parseNagiosOutput(`OK | ${noise} b=2`);
    expect(figures).toEqual([figure({ label: "b", value: 2 })]);
  },
);

it("parseNagiosOutput reads an empty output", () => {
  expect(parseNagiosOutput("")).toEqual({ text: "", longText: "", figures: [] });
});

it("parseNagiosOutput keeps at most 200 figures", () => {
  const data = Array.from({ length: 300 }, (_, index) => `f${String(index)}=1`).join(" ");
  expect(parseNagiosOutput(`OK|${data}`).figures).toHaveLength(200);
});

it("parseNagiosOutput takes whatever is printed, and gives text that is safe to show", () => {
  const part = fc.constantFrom(
    "|",
    "=",
    "'",
    "''",
    ";",
    " ",
    "\n",
    "U",
    "1",
    "e",
    "\u001B[31m",
    "a",
  );
  const codeUnit = fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit));
  const hostile = fc.oneof(
    fc.array(codeUnit).map((units) => units.join("")),
    fc.array(part).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(hostile, (output) => {
      const { text, longText, figures } = parseNagiosOutput(output);
      expect(UNSAFE.test(text)).toBe(false);
      expect(UNSAFE.test(longText.replace(/[\n\t]/gu, ""))).toBe(false);
      for (const { label, value } of figures) {
        expect(label === "" || UNSAFE.test(label)).toBe(false);
        expect(value === null || Number.isFinite(value)).toBe(true);
      }
    }),
  );
});

it("parseNagiosOutput reads whatever a plugin may write by the guidelines", () => {
  const label = fc
    .string({ minLength: 1, maxLength: 20 })
    .filter((text) => /^\S+( \S+)*$/u.test(text));
  const value = fc.double({ noNaN: true, noDefaultInfinity: true }).map((double) => double + 0);
  const unit = fc.constantFrom("", "s", "ms", "%", "B", "MB", "c");
  const written = fc.array(fc.record({ label, value, unit }), { maxLength: 20 });
  fc.assert(
    fc.property(written, (all) => {
      const words = all.map((one) => {
        const quoted = one.label.replaceAll("'", "''");
        return `'${quoted}'=${String(one.value)}${one.unit};10:20;;0`;
      });
      const { figures } = parseNagiosOutput(`OK|${words.join(" ").replaceAll("|", "¦")}`);
      const expected = all.map((one) =>
        figure({ ...one, label: one.label.replaceAll("|", "¦"), warning: "10:20", least: 0 }),
      );
      expect(figures).toEqual(expected);
    }),
  );
});

it("parseNagiosOutput takes no more than a moment for a long and hostile output", () => {
  const output = `OK|${"'a''b =''' ".repeat(10_000)}end=1`;
  expect(parseNagiosOutput(output).figures).toEqual([figure({ label: "end", value: 1 })]);
});

it("figureMetrics puts the unit last, and leaves out what is not known", () => {
  const figures = [
    figure({ label: "time", value: 0.5, unit: "s" }),
    figure({ label: "rta", value: 3, unit: "ms" }),
    figure({ label: "pl", value: 0, unit: "%" }),
    figure({ label: "/", value: 2_643, unit: "MB" }),
    figure({ label: "load1", value: 0.1 }),
    figure({ label: "unknown" }),
    figure({ label: "time", value: 9, unit: "s" }),
  ];
  expect(figureMetrics(figures)).toEqual({
    timeSeconds: 0.5,
    rtaMs: 3,
    plPercent: 0,
    "/MB": 2_643,
    load1: 0.1,
  });
});

it("figureMetrics takes a label for nothing but a name", () => {
  const metrics = figureMetrics([figure({ label: "__proto__", value: 1 })]);
  expect(Object.entries(metrics)).toEqual([["__proto__", 1]]);
});
