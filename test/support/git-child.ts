/** Creates or updates a working copy in a process that can be killed: `node git-child.ts ROOT create|update SUBJECT`. */
import { writeSync } from "node:fs";
import { openWorld } from "../../src/app/world.ts";
import { GitRepoResource } from "../../src/catalog/resources/git-repo.ts";
import type { LifecycleScope, Subject } from "../../src/model/lifecycle.ts";
import type { DeployWorld } from "../../src/ports/deploy-world.ts";

const [root = "", action = "", text = ""] = process.argv.slice(2);
const subject = JSON.parse(text) as Subject;
const world = {
  ...openWorld({ root }),
  markBook: () => Promise.resolve({ write: () => Promise.resolve() }),
} as unknown as DeployWorld;
const scope: LifecycleScope = {
  root,
  signal: new AbortController().signal,
  keep: () => "",
  content: () => Promise.reject(new Error("nothing was kept")),
  note: (said) => {
    writeSync(1, `${said}\n`);
  },
  mayDeleteData: false,
};
const { lifecycle } = GitRepoResource.kind;
writeSync(1, "begun\n");
if (action === "create") await lifecycle?.create(subject, world, scope);
else {
  const live = await lifecycle?.read(subject, world, scope);
  if (live) await lifecycle?.update(subject, live, world, scope);
}
process.exit();
