import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "rolldown";

const { dependencies, optionalDependencies } = JSON.parse(
  readFileSync(fileURLToPath(import.meta.resolve("./package.json")), "utf8"),
);

/** A kind of assertion, resource or action. */
const KIND = /[\\/]src[\\/]catalog[\\/](?:assertions|resources|actions)[\\/][^\\/]+\.ts$/;
const MODEL = /[\\/]src[\\/]model[\\/]/;

// What of the model others than kinds need stays out of the catalogue, which they would read with it otherwise.
function sharedModel(id, chunking, seen = new Set()) {
  if (!MODEL.test(id) || seen.has(id)) return null;
  seen.add(id);
  const { importers = [] } = chunking.getModuleInfo(id) ?? {};
  const isShared = importers.some((importer) =>
    MODEL.test(importer) ? sharedModel(importer, chunking, seen) !== null : !KIND.test(importer),
  );
  return isShared ? "model" : null;
}

/** A static import of one of Node's own modules, as the bundler writes it. */
const BUILTIN = /^import (?:(\w+)|\{([^}]*)\}|\* as (\w+)) from "(node:[\w/]+)";$/gmu;

/**
 * Takes Node's own modules as they are. An `import` of one first reads everything that it exports, and what Node itself
 * would load only when it is used comes along: all of `fetch` with `node:http`, streams and promises with `node:fs`.
 */
const plainBuiltins = {
  name: "plain-builtins",
  renderChunk: (code) =>
    code.replace(BUILTIN, (...[, whole, named, namespace, module]) => {
      const names = whole ?? namespace ?? `{ ${named.trim().replaceAll(" as ", ": ")} }`;
      return `const ${names} = globalThis.process.getBuiltinModule("${module}");`;
    }),
};

/** One file for each entry, with what they share beside them, so that a class is the same whichever entry it came by. */
export default defineConfig({
  input: {
    index: "src/index.ts",
    assertions: "src/assertions.ts",
    resources: "src/resources.ts",
    actions: "src/actions.ts",
    monitor: "src/monitor.ts",
    client: "src/client.ts",
    testing: "src/testing.ts",
    "cli/bin": "src/cli/bin.ts",
    "app/project/loader-process": "src/app/project/loader-process.ts",
    "app/tasks/task-module-process": "src/app/tasks/task-module-process.ts",
    "app/functions/function-process": "src/app/functions/function-process.ts",
  },
  platform: "node",
  plugins: [plainBuiltins],
  external: [/^node:/, ...Object.keys({ ...dependencies, ...optionalDependencies })],
  output: {
    dir: "dist",
    cleanDir: true,
    format: "esm",
    chunkFileNames: "chunks/[name]-[hash].js",
    codeSplitting: {
      groups: [
        { debugName: "model", name: sharedModel, priority: 2 },
        // A project reads all kinds at once, and one file is read sooner than a hundred.
        { name: "catalogue", test: KIND, priority: 1 },
      ],
    },
  },
});
