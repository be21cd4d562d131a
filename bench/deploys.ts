import { shownEnded, type Ended } from "./program.ts";

/**
 * Times a command that must end with a certain exit code.
 *
 * @param run - Under way.
 * @param exitCode - What it must end with.
 * @returns How long it took, in milliseconds.
 * @throws When it ended with another one.
 */
export async function endsWith(run: Promise<Ended>, exitCode: number): Promise<number> {
  const ended = await run;
  if (ended.exitCode !== exitCode) throw new Error(`failed: ${shownEnded(ended)}`);
  return ended.durationMs;
}

/**
 * Writes a project of files, each of them a resource.
 *
 * @param count - How many.
 * @returns The text of its `main.ts`.
 */
export function filesProject(count: number): string {
  const files = Array.from({ length: count }, (_, index) => {
    const name = `file-${String(index)}`;
    return `new FileResource(${JSON.stringify({ name, path: name, content: "content\n" })});\n`;
  });
  return `import { FileResource } from "clockwork/resources";\n\n${files.join("")}`;
}
