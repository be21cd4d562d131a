import fc from "fast-check";
import { expect, it } from "vitest";
import type { Marks } from "../../model/marks.ts";
import { configurationTextProblem, variableProblem } from "../../model/supervisor-text.ts";
import type { ProgramDefinition } from "../../ports/supervisor-control.ts";
import { parseIni } from "./ini.ts";
import { readSection, variablesOf, wordsOf } from "./section-read.ts";
import { sectionText } from "./section-text.ts";

const MARKS: Marks = {
  project: "0f8fad5b-d9cb-469f-a165-70867728950e",
  resource: "web",
  instance: "0123456789abcdef",
  generation: 1,
  specHash: "a".repeat(64),
  version: 1,
};

const PLAIN: ProgramDefinition = {
  command: ["sleep", "1000"],
  cwd: null,
  user: null,
  variables: {},
  autoStart: true,
  autoRestart: false,
};

function text(definition: Partial<ProgramDefinition>): string {
  const options = { definition: { ...PLAIN, ...definition }, marks: MARKS, isSecret: false };
  return sectionText("web", options);
}

/** What means something to supervisord. */
const PIECES = [
  ...`% ( ) ; # ' " \\ $ = , : { } [ ] ^ - a ü`.split(" "),
  " ",
  "\t",
  "\u00A0",
  "%%",
  "%(here)s",
  "%(ENV_X)s",
  "%(program_name).0s",
  " ;",
  " #",
];

const texts = fc
  .oneof(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join("")),
    fc.string({ unit: "grapheme" }),
  )
  .filter((value) => configurationTextProblem(value) === null);

const definitions: fc.Arbitrary<ProgramDefinition> = fc.record({
  command: fc.array(texts, { minLength: 1, maxLength: 4 }).map((words) => ["/bin/a", ...words]),
  cwd: fc.option(texts.map((value) => `/${value}/a`)),
  user: fc.option(fc.constantFrom("root", "1000", "a%b")),
  variables: fc
    .array(fc.tuple(fc.constantFrom("A", "B_1", "C.d", "e-f"), texts))
    .map((all) =>
      Object.fromEntries(all.filter(([, value]) => variableProblem("A", value) === null)),
    ),
  autoStart: fc.boolean(),
  autoRestart: fc.boolean(),
});

it("sectionText() writes marks and a section", () => {
  const all = { cwd: "/srv/web", user: "www", variables: { B: "2", A: "1" } };
  expect(text(all)).toBe(
    `; clockwork ${JSON.stringify(MARKS)}
[program:web]
command=sleep 1000
directory=/srv/web
user=www
environment=A="1",B="2"
autostart=true
autorestart=false
`,
  );
});

it.each([
  ["100%", "command=100%%"],
  ["a ;b", "command='a %(program_name).0s;b'"],
  ["%(here)s", "command='%%%(program_name).0s(here)s'"],
  ["it's", `command='it'"'"'s'`],
])("sectionText() writes %j so that it arrives as it is", (word, line) => {
  expect(text({ command: [word] })).toContain(`${line}\n`);
});

it("sectionText() and readSection() are each other's inverse", () => {
  fc.assert(
    fc.property(definitions, (definition) => {
      const read = readSection(parseIni(text(definition)), "web");
      expect(read).toEqual({ definition, others: [] });
    }),
  );
});

it.each([
  [
    "a line break in a command",
    { command: ["a\nb"] },
    "command, cwd and user must hold no line break",
  ],
  ["one in a folder", { cwd: "/a\n[program:x]" }, "must hold no line break"],
  ["one in a secret", { variables: { KEY: "hunter2\n" } }, "envVars.KEY must hold no line break"],
  ["quotes at its end", { variables: { KEY: `hunter2"` } }, "envVars.KEY must not begin or end"],
])("sectionText() refuses %s, without the value", (_, definition, message) => {
  expect(() => text(definition)).toThrow(message);
  expect(() => text(definition)).not.toThrow("hunter2");
});

it("readSection() tells what somebody else added, and what is not there", () => {
  const ini = parseIni("[program:web]\nautostart=maybe\npriority=5\n[program:more]\ncommand=x\n");
  expect(readSection(ini, "web")).toEqual({
    definition: {
      command: null,
      cwd: null,
      user: null,
      variables: {},
      autoStart: null,
      autoRestart: null,
    },
    others: ["priority", "[program:more]"],
  });
});

it.each([
  [`a 'b c' "d \\" e" f\\ g ''`, ["a", "b c", 'd " e', "f g", ""]],
  ["  ", []],
  [`a'b'"c"`, ["abc"]],
  [`a 'b`, null],
  ["a\\", null],
])("wordsOf(%j)", (command, words) => {
  expect(wordsOf(command)).toEqual(words);
});

it.each([
  [`A="1",B='2' , C=x/y`, { A: "1", B: "2", C: "x/y" }],
  ["", {}],
  ["A", null],
  [`A="1`, null],
  ["A=a b", null],
])("variablesOf(%j)", (environment, variables) => {
  expect(variablesOf(environment)).toEqual(variables);
});

it("readSection() gives an answer, whatever the file", () => {
  const values = fc.oneof(texts, fc.string({ unit: "binary" }));
  const names = fc.constantFrom("command", "environment", "directory", "autostart", "__proto__");
  fc.assert(
    fc.property(fc.array(fc.tuple(names, values)), values, (options, rest) => {
      const lines = options.map(([name, value]) => `${name}=${value}`);
      const { others } = readSection(
        parseIni(`[program:web]\n${lines.join("\n")}\n${rest}`),
        "web",
      );
      expect(others.length).toBeLessThanOrEqual(20);
    }),
  );
});
