import { registerHooks, type LoadHookContext } from "node:module";
import { pathToFileURL } from "node:url";
import { pathOf } from "./call-site.ts";
import { isOfProject, packageEntry } from "./package-entry.ts";

/** The public entries, by what follows `clockwork` in an import. */
const ENTRIES: ReadonlyMap<string, string> = new Map([
  ["clockwork", "index"],
  ["clockwork/assertions", "assertions"],
  ["clockwork/resources", "resources"],
  ["clockwork/actions", "actions"],
  ["clockwork/monitor", "monitor"],
  ["clockwork/client", "client"],
  ["clockwork/testing", "testing"],
]);

/** An import of `clockwork/…` that no entry answers to. */
class UnknownEntry extends Error {
  readonly code = "ERR_MODULE_NOT_FOUND";

  constructor(specifier: string) {
    super(`Cannot find '${specifier}': there are ${[...ENTRIES.keys()].join(", ")}`);
  }
}

/**
 * Prepares this process for the files of a project: `clockwork/…` means the running package, whether or not the project has it
 * installed, and a `.ts` file is a module whatever the nearest `package.json` says.
 *
 * @param onLoad - Called with the path of each file of the project that is loaded.
 */
export function installModuleHooks(onLoad: (path: string) => void): void {
  registerHooks({
    resolve: (specifier, context, nextResolve) => {
      if (specifier !== "clockwork" && !specifier.startsWith("clockwork/")) {
        return nextResolve(specifier, context);
      }
      const entry = ENTRIES.get(specifier);
      if (entry === undefined) throw new UnknownEntry(specifier);
      return { url: pathToFileURL(packageEntry(entry)).href, shortCircuit: true };
    },
    load: (url, context, nextLoad) => {
      const path = pathOf(url);
      if (path === null || !isOfProject(path)) return nextLoad(url, context);
      onLoad(path);
      return nextLoad(url, asModule(url, context));
    },
  });
}

function asModule(url: string, context: LoadHookContext): LoadHookContext {
  return /\.ts(?:\?|$)/u.test(url) ? { ...context, format: "module-typescript" } : context;
}
