import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { readTextFile, withoutMark } from "./text-file.ts";

const LIMIT_BYTES = 10 * 2 ** 20;

const folder = mkdtempSync(join(tmpdir(), "clockwork-text-file-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let count = 0;
function fileOf(content: string | Uint8Array): string {
  count += 1;
  const path = join(folder, `${String(count)}.json`);
  writeFileSync(path, content);
  return path;
}

async function* streamOf(
  ...chunks: readonly (Uint8Array | string)[]
): AsyncGenerator<Uint8Array | string> {
  yield* chunks;
}

function read(path: string, ...chunks: readonly (Uint8Array | string)[]): Promise<string> {
  return readTextFile(path, { stdin: streamOf(...chunks), example: "[EXAMPLE]" });
}

async function problemOf(reading: Promise<string>): Promise<Diagnostic> {
  const error: unknown = await reading.then(
    () => null,
    (reason: unknown) => reason,
  );
  const [first, ...others] = error instanceof ConfigurationError ? error.diagnostics : [];
  if (first === undefined) throw new Error("no problem", { cause: error });
  expect(others).toEqual([]);
  return first;
}

it("readTextFile() reads a file, with its byte order mark", async () => {
  expect(await read(fileOf("\uFEFFé😀\n"))).toBe("\uFEFFé😀\n");
  expect(await read(fileOf(""))).toBe("");
});

it("readTextFile() reads standard input for -, whatever its chunks are and wherever they are cut", async () => {
  const bytes = Buffer.from("a😀b");
  expect(await read("-", bytes.subarray(0, 3), bytes.subarray(3), "é")).toBe("a😀bé");
  expect(await read("-")).toBe("");
});

it("readTextFile() reads a pipe", async () => {
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  const writing = import("node:fs/promises").then((fs) => fs.writeFile(path, "[1]"));
  expect(await read(path)).toBe("[1]");
  await writing;
});

it("readTextFile() reads up to 10 MiB and not a byte more", async () => {
  const most = Buffer.alloc(LIMIT_BYTES, " ");
  const tooLarge = {
    code: "file-too-large",
    message: "a file must be at most 10 MiB: got more",
    line: null,
  };
  expect((await read(fileOf(most))).length).toBe(LIMIT_BYTES);
  expect((await read("-", most)).length).toBe(LIMIT_BYTES);
  expect(await problemOf(read(fileOf(Buffer.alloc(LIMIT_BYTES + 1, " "))))).toMatchObject(tooLarge);
  expect(await problemOf(read("-", most, "x"))).toMatchObject({ ...tooLarge, file: "-" });
});

it("readTextFile() stops reading what never ends, and closes it", async () => {
  let isClosed = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.alloc(65_536);
    } finally {
      isClosed = true;
    }
  }
  const reading = readTextFile("-", { stdin: endless(), example: "" });
  expect((await problemOf(reading)).code).toBe("file-too-large");
  expect(isClosed).toBe(true);
  expect((await problemOf(read("/dev/zero"))).code).toBe("file-too-large");
});

it("readTextFile() tells how to make a file that is missing", async () => {
  const path = join(folder, "nothing-like-it.yaml");
  expect(await problemOf(read(path))).toEqual({
    code: "file-missing",
    file: path,
    line: null,
    column: null,
    property: null,
    message: "the file does not exist",
    hint: "make one that holds, for example: [EXAMPLE]",
  });
  expect((await problemOf(read(join(fileOf(""), "x")))).code).toBe("file-missing");
  expect((await problemOf(read(join(folder, "no-folder", "x.json")))).code).toBe("file-missing");
});

it("readTextFile() names a file that was meant, but no folder and not the missing one itself", async () => {
  const inside = join(folder, "similar");
  mkdirSync(join(inside, "srvices.json"), { recursive: true });
  writeFileSync(join(inside, "Services.jsn"), "");
  symlinkSync("nowhere", join(inside, "services.json"));
  const { hint } = await problemOf(read(join(inside, "services.json")));
  expect(hint).toBe(`did you mean "${join(inside, "Services.jsn")}"?`);
});

it("readTextFile() says that a folder is no file", async () => {
  expect(await problemOf(read(folder))).toMatchObject({
    code: "file-unreadable",
    message: "a file is needed: got a folder",
    hint: `name a file in it, such as "${join(folder, "services.json")}"`,
  });
});

it("readTextFile() says why a file cannot be read", async () => {
  const loop = join(folder, "loop");
  symlinkSync(loop, loop);
  const { code, message } = await problemOf(read(loop));
  expect([code, message]).toEqual(["file-unreadable", expect.stringContaining("ELOOP")]);
  expect((await problemOf(read("a\0b"))).code).toBe("file-unreadable");
});

it("readTextFile() says why standard input cannot be read, and lets a bug pass", async () => {
  const failing = async function* (error: Error): AsyncGenerator<string> {
    yield "[";
    throw error;
  };
  const broken = Object.assign(new Error("EISDIR: illegal operation"), { code: "EISDIR" });
  const reading = readTextFile("-", { stdin: failing(broken), example: "" });
  expect(await problemOf(reading)).toMatchObject({
    code: "file-unreadable",
    file: "-",
    message: "a file that can be read is needed: EISDIR: illegal operation",
    hint: null,
  });
  const bug = new TypeError("a bug");
  await expect(readTextFile("-", { stdin: failing(bug), example: "" })).rejects.toBe(bug);
});

it.each([
  ["a byte that never occurs", [0x61, 0x0a, 0x62, 0xff, 0x63], 3, "0xff", 2, 2],
  ["UTF-16 with its mark", [0xff, 0xfe, 0x5b, 0x00], 0, "0xff", 1, 1],
  ["a sequence cut off by another character", [0xef, 0xbf, 0x0a], 0, "0xef", 1, 1],
  ["a sequence cut off by the end", [0x0a, 0xef, 0xbf], 1, "0xef", 2, 1],
  ["an encoded surrogate", [0x20, 0xed, 0xa0, 0x80], 1, "0xed", 1, 2],
  ["Latin-1 after a mark and a character", [0xef, 0xbb, 0xbf, 0xc3, 0xa9, 0xe9], 5, "0xe9", 1, 2],
  ["a valid replacement character before it", [0xef, 0xbf, 0xbd, 0x80], 3, "0x80", 1, 2],
])("readTextFile() finds %s", async (_what, bytes, ...[offset, byte, line, column]) => {
  expect(await problemOf(read(fileOf(Buffer.from(bytes))))).toMatchObject({
    code: "json-syntax",
    line,
    column,
    message: `the text must be UTF-8: got the byte ${byte} at offset ${String(offset)}`,
    hint: "save the file as UTF-8",
  });
});

it("readTextFile() reads any bytes, or finds the first that is not UTF-8", async () => {
  const bytes = fc.array(
    fc.oneof(fc.constantFrom(0x61, 0xc3, 0xa9, 0xef, 0xbf, 0xbd, 0xf0, 0x9f, 0x80), fc.nat(255)),
    { maxLength: 8 },
  );
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  await fc.assert(
    fc.asyncProperty(bytes, async (values) => {
      const input = Buffer.from(values);
      const text = await read("-", input).catch(() => null);
      if (text !== null) {
        expect(Buffer.from(text)).toEqual(input);
        return;
      }
      const { message } = await problemOf(read("-", input));
      const offset = Number(/\d+$/u.exec(message)?.[0]);
      // All before it is valid, and no sequence that begins there is.
      strict.decode(input.subarray(0, offset));
      for (let end = offset + 1; end <= Math.min(offset + 4, input.length); end += 1) {
        expect(() => strict.decode(input.subarray(offset, end))).toThrow(TypeError);
      }
    }),
    { numRuns: 500 },
  );
});

it("withoutMark() drops one mark, and only in front", () => {
  expect(withoutMark("\uFEFF\uFEFFa\uFEFF")).toBe("\uFEFFa\uFEFF");
  expect(withoutMark("a")).toBe("a");
});
