import { existsSync } from "node:fs";
import { startLoaderEarly, stopEarlyLoader } from "../app/project/loader-child.ts";
import { projectPath } from "../app/project/project-path.ts";

/** With one of these, no project is loaded. */
const NOT_LOADING = /^(?:--plan\b|--help$|-h$|--$)/u;

/**
 * Starts to load the project of a command at once: while its process starts, this one can load what the command needs.
 *
 * Whatever the words mean in the end, a process that was started in vain is ended.
 *
 * @param args - The words after the program's name, a command that loads a project first.
 * @returns Ends what was started in vain.
 */
export function loadEarly([, ...words]: readonly string[]): () => void {
  const { main } = projectPath(projectOf(words));
  const isLoading = !words.some((word) => NOT_LOADING.test(word)) && existsSync(main);
  if (isLoading) startLoaderEarly(main);
  return stopEarlyLoader;
}

function projectOf(words: readonly string[]): string | undefined {
  const index = words.findLastIndex(
    (word) => word === "--project" || word.startsWith("--project="),
  );
  if (index === -1) return undefined;
  const [, value] = words[index]?.split(/=(.*)/su) ?? [];
  return value ?? words[index + 1];
}
