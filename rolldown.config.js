import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const { dependencies } = JSON.parse(
  readFileSync(fileURLToPath(import.meta.resolve("./package.json")), "utf8"),
);

/** One file for each entry, with what they share beside them, so that a class is the same whichever entry it came by. */
export default {
  input: {
    index: "src/index.ts",
    testing: "src/testing.ts",
    "cli/bin": "src/cli/bin.ts",
  },
  platform: "node",
  external: [/^node:/, ...Object.keys(dependencies)],
  output: {
    dir: "dist",
    cleanDir: true,
    format: "esm",
    chunkFileNames: "chunks/[name]-[hash].js",
  },
};
