/**
 * The process that loads a module of tasks, and hands back what it exports as data.
 */
import { writeTaskModule } from "./task-module-loader.ts";

await writeTaskModule(process.argv[2] ?? "");
