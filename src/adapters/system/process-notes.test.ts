import { mkdirSync, statSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import {
  eraseNote,
  noteEnd,
  parseNote,
  readNote,
  readNotes,
  writeNote,
  type ProcessNote,
} from "./process-notes.ts";

const NOTE: ProcessNote = {
  identity: { pid: 812, startTicks: 4_711, bootId: "0f8fad5b-d9cb-469f-a165-70867728950e" },
  marks: {
    project: "12345678-1234-4123-8123-123456789abc",
    resource: "worker",
    instance: "0123456789abcdef",
    generation: 2,
    specHash: "ab".repeat(32),
    version: 7,
  },
  declaration: "{}",
  end: null,
};

it("a note is read as it was written, by nobody else, and gone when it is erased", () => {
  using folder = testFolder();
  const place = { root: folder.path, marks: NOTE.marks };
  expect(readNote(place)).toBeNull();
  writeNote(folder.path, NOTE);
  expect(readNote(place)).toEqual(NOTE);
  const path = `${folder.path}/.clockwork/run/0123456789abcdef-2.json`;
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readNotes(folder.path)).toEqual([NOTE]);
  expect(readNote({ ...place, marks: { ...NOTE.marks, generation: 3 } })).toBeNull();
  noteEnd(place, { exitCode: 3, exitSignal: null });
  expect(readNote(place)).toEqual({ ...NOTE, end: { exitCode: 3, exitSignal: null } });
  noteEnd(place, { exitCode: null, exitSignal: "SIGKILL" });
  expect(readNote(place)?.end).toEqual({ exitCode: null, exitSignal: "SIGKILL" });
  eraseNote(place);
  eraseNote(place);
  noteEnd(place, { exitCode: 0, exitSignal: null });
  expect(readNote(place)).toBeNull();
  expect(readNotes(folder.path)).toEqual([]);
  expect(readNotes(`${folder.path}/none`)).toEqual([]);
});

it("a note that holds something else is none, and one in the way is told", () => {
  using folder = testFolder();
  const place = { root: folder.path, marks: NOTE.marks };
  const others = { ...NOTE, marks: { ...NOTE.marks, instance: "f".repeat(16) } };
  mkdirSync(`${folder.path}/.clockwork/run`, { recursive: true });
  folder.write(".clockwork/run/0123456789abcdef-2.json", JSON.stringify(others));
  expect(readNote(place)).toBeNull();
  writeFileSync(`${folder.path}/file`, "");
  expect(() => {
    writeNote(`${folder.path}/file`, NOTE);
  }).toThrow(/cannot write .*run.*json/u);
});

it("parseNote() takes its own, and nothing that is torn or of another shape", () => {
  const text = JSON.stringify(NOTE);
  expect(parseNote(text)).toEqual(NOTE);
  fc.assert(
    fc.property(fc.nat({ max: text.length - 1 }), (length) => {
      expect(parseNote(text.slice(0, length))).toBeNull();
    }),
  );
  const value = fc.jsonValue();
  const path = fc.constantFrom("identity", "marks", "declaration", "pid", "startTicks", "bootId");
  fc.assert(
    fc.property(path, value, (name, other) => {
      const isOuter = Object.hasOwn(NOTE, name);
      const changed = isOuter
        ? { ...NOTE, [name]: other }
        : { ...NOTE, identity: { ...NOTE.identity, [name]: other } };
      const found = parseNote(JSON.stringify(changed));
      if (found === null) return;
      expect(typeof found.declaration).toBe("string");
      expect(Number.isSafeInteger(found.identity.pid)).toBe(true);
      expect(Number.isSafeInteger(found.identity.startTicks)).toBe(true);
    }),
  );
});
