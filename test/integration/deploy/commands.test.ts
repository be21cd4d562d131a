import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Subject } from "../../../src/model/lifecycle.ts";
import { lifecycleLab, LAB_PROJECT } from "../../support/lifecycle-lab.ts";

/** The same thing under another name, as the engine makes it: in its next generation. */
function renamed(subject: Subject): Subject {
  const marks = { ...subject.marks, resource: "other", generation: 2 };
  return { ...subject, resource: "other", marks };
}

it("a command that is renamed is applied, and not taken away under its old name", async () => {
  await using made = await lifecycleLab("command");
  const subject = made.subject({ apply: ["touch", "made"], destroy: ["rm", "made"] });
  const path = `${made.folder.path}/made`;
  await made.create(subject);
  await made.create(renamed(subject));
  await made.remove(subject);
  expect(existsSync(path)).toBe(true);
  expect(await made.read(subject)).toBeNull();
  expect(await made.read(renamed(subject))).toMatchObject({ differences: [] });
  expect(await made.lifecycle.list?.(LAB_PROJECT, made.world, made.scope)).toHaveLength(1);
  await made.remove(renamed(subject));
  expect(existsSync(path)).toBe(false);
});

it("a command that is renamed and fails then is not taken away under its new name", async () => {
  await using made = await lifecycleLab("command");
  const subject = made.subject({ apply: ["touch", "made"], destroy: ["rm", "made"] });
  await made.create(subject);
  await made.create(renamed(subject));
  await made.remove(renamed(subject));
  expect(existsSync(`${made.folder.path}/made`)).toBe(true);
  expect(await made.read(subject)).toMatchObject({ differences: [] });
});

it("a command that did not come to its end counts as declared otherwise", async () => {
  await using made = await lifecycleLab("command");
  await made.create(made.subject({ apply: ["true"] }));
  const failing = made.subject({ apply: ["false"] });
  await expect(made.update(failing)).rejects.toThrow("apply command false exited with 1");
  expect((await made.read(failing))?.differences).toHaveLength(1);
});

it("no line of a secret of several lines is shown", async () => {
  await using made = await lifecycleLab("command", { KEY: "first-line\nsecond-line\nthird-line" });
  const envVars = { KEY: { secretEnv: "KEY" } };
  const failing = made.subject({ apply: ["sh", "-c", 'echo "$KEY"; exit 1'], envVars });
  const message = await made.create(failing).then(String, String);
  expect(message).toContain("***");
  expect(message).not.toMatch(/(?:first|second|third)-line/u);
  const check = ["sh", "-c", 'echo "$KEY"; exit 1'];
  const live = await made.read(made.subject({ apply: ["true"], check, envVars }));
  expect(JSON.stringify(live)).toContain("exited with 1: ***");
});

it("commands run in the folder that is declared, with their variables, and nothing of ours", async () => {
  await using made = await lifecycleLab("command", { OURS: "private" });
  const script = 'pwd > where; echo "$COLOUR$OURS" > said';
  await made.create(
    made.subject({ apply: ["sh", "-c", script], cwd: "marks", envVars: { COLOUR: "red" } }),
  );
  const read = (name: string): string => readFileSync(`${made.folder.path}/marks/${name}`, "utf8");
  expect(read("where")).toBe(`${made.folder.path}/marks\n`);
  expect(read("said")).toBe("red\n");
});
