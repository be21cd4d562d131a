/**
 * The process that loads a project: what it compiles is kept for the next one, so the cache comes before all else.
 */
import { enableCompileCache } from "node:module";

enableCompileCache();
const { runLoader } = await import("./loader.ts");
await runLoader(process.argv[2] ?? "");
