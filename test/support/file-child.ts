/**
 * Does something to a file or directory, and is killed at the first point between two effects that is not in the list, which it
 * prints: `node file-child.ts ROOT KIND create|update|remove SUBJECT POINTS`.
 */
import { writeSync } from "node:fs";
import { sha256 } from "../../src/app/project/sha256.ts";
import { openDeployWorld } from "../../src/app/deploy-world.ts";
import type { LifecycleScope, Subject } from "../../src/model/lifecycle.ts";
import { FILE_KINDS } from "./file-lab.ts";

const [root = "", kind = "", action = "", text = "", list = ""] = process.argv.slice(2);
const subject = JSON.parse(text) as Subject;
const { content: declared } = subject.parameters as { readonly content?: string };
const content = new TextEncoder().encode(declared);
const points = JSON.parse(list) as readonly string[];
const scope: LifecycleScope = {
  root,
  signal: new AbortController().signal,
  keep: sha256,
  content: () => Promise.resolve(content),
  note: (point) => {
    if (points.includes(point)) return;
    writeSync(1, point);
    process.kill(process.pid, "SIGKILL");
  },
  mayDeleteData: true,
};
const world = openDeployWorld({ root });
const lifecycle = FILE_KINDS[kind]?.lifecycle;
const live = await lifecycle?.read(subject, world, scope);
if (action === "create") await lifecycle?.create(subject, world, scope);
else if (action === "remove") await lifecycle?.remove(subject, world, scope);
else if (live) await lifecycle?.update(subject, live, world, scope);
process.exit();
