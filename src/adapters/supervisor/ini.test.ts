import fc from "fast-check";
import { expect, it } from "vitest";
import { parseIni } from "./ini.ts";

function plain(text: string): Record<string, Record<string, string>> {
  return Object.fromEntries(
    [...parseIni(text)].map(([name, section]) => [name, Object.fromEntries(section)]),
  );
}

it("parseIni() reads a configuration as Debian ships it", () => {
  const text = `; supervisor config file

[unix_http_server]
file=/var/run/supervisor.sock   ; (the path to the socket file)
chmod=0700                       ; socket file mode

[supervisorctl]
ServerURL : unix:///var/run/supervisor.sock ; use a unix:// URL

[include]
files = /etc/supervisor/conf.d/*.conf
`;
  expect(plain(text)).toEqual({
    unix_http_server: { file: "/var/run/supervisor.sock", chmod: "0700" },
    supervisorctl: { serverurl: "unix:///var/run/supervisor.sock" },
    include: { files: "/etc/supervisor/conf.d/*.conf" },
  });
});

it.each([
  ["[a]\nx=1;2", { a: { x: "1;2" } }],
  ["[a]\nx=1 #2", { a: { x: "1" } }],
  ["[a]\nx=", { a: { x: "" } }],
  ["[a]\nx=y=z", { a: { x: "y=z" } }],
  ["[a]\nx=1\n  y=2\nz=3", { a: { x: "1\ny=2", z: "3" } }],
  ["[a]\nx=1\n\n  2", { a: { x: "1\n2" } }],
  ["[a]\n  x=1\n  y=2", { a: { x: "1", y: "2" } }],
  ["[a]\nx=1\n[b]\nx=2\n[a]\nx=3", { a: { x: "3" }, b: { x: "2" } }],
  ["[a]\r\nx=1\r\ny=2", { a: { x: "1", y: "2" } }],
  ["x=1\n[a]\nnonsense\n=2", { a: {} }],
  ["[program:x:y]\n#x=1\n ;y=2", { "program:x:y": {} }],
])("parseIni() reads %j", (text, expected) => {
  expect(plain(text)).toEqual(expected);
});

const word = fc.oneof(
  fc.constantFrom(
    "[a]",
    "[",
    "]",
    "=",
    ":",
    ";",
    "#",
    " ",
    "\t",
    "\n",
    "\r\n",
    "x=1",
    "__proto__=",
  ),
  fc.string({ unit: "binary" }),
);

it("parseIni() understands something or nothing, whatever the text, and never throws", () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), (words) => {
      const ini = parseIni(`[first]\n${words.join("")}`);
      expect(ini.has("first")).toBe(true);
      for (const [, section] of ini) {
        for (const [name, value] of section) {
          expect(name).toBe(name.trim().toLowerCase());
          expect(value).toBe(value.trim());
        }
      }
    }),
  );
});

it("parseIni() finds every option that was written", () => {
  const name = fc.stringMatching(/^[a-z][a-z_]{0,8}$/u);
  const value = fc.stringMatching(/^[\w/.:%()]{0,12}$/u);
  const ini = fc.dictionary(name, fc.dictionary(name, value, { noNullPrototype: true }), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(ini, (sections) => {
      const lines = Object.entries(sections).flatMap(([section, options]) => [
        `[${section}]`,
        ...Object.entries(options).map(([key, text]) => `${key} = ${text} ; why`),
      ]);
      expect(plain(lines.join("\n"))).toEqual(sections);
    }),
  );
});
