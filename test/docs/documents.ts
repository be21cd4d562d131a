import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of the repository. */
export const ROOT = join(import.meta.dirname, "../..");

/** A block of code in a document or a doc comment. */
export interface Example {
  /** Where it stands, and the how-maniest it is there: `README.md #2`. */
  readonly name: string;
  readonly language: string;
  readonly text: string;
}

/** Every document, relative to the repository. */
export const documents: readonly string[] = globSync(["*.md", "docs/**/*.md", "examples/*/*.md"], {
  cwd: ROOT,
});

/** Reads a file of the repository. */
export function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** Every block of code of the documents. */
export const documentExamples: readonly Example[] = documents.flatMap((file) =>
  blocks(file, read(file)),
);

// Every block of code of the doc comments in the sources.
const commentExamples: readonly Example[] = globSync("src/**/*.ts", { cwd: ROOT }).flatMap(
  commentBlocks,
);

const typeScript = [...documentExamples, ...commentExamples].filter(
  ({ language }) => language === "ts",
);

/** Those that are a `main.ts`. */
export const projects: readonly Example[] = typeScript.filter(isProject);

/** Those that stand in a `main.ts`, of which the rest is left out. */
export const fragments: readonly Example[] = typeScript.filter(isFragment);

/** Those that can be run by themselves. */
export const programs: readonly Example[] = typeScript.filter(
  (example) => !isProject(example) && !isFragment(example),
);

function isProject({ text }: Example): boolean {
  return text.includes('from "clockwork/resources"');
}

function isFragment({ text }: Example): boolean {
  return !/^import /mu.test(text);
}

function blocks(file: string, text: string): Example[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gmu)].map(([, language, body], index) => ({
    name: `${file} #${String(index + 1)}`,
    language: language ?? "",
    text: body ?? "",
  }));
}

// The examples of doc comments, without the stars in front of their lines.
function commentBlocks(file: string): Example[] {
  const comments = read(file).match(/\/\*\*[\s\S]*?\*\//gu) ?? [];
  return blocks(file, comments.map((comment) => comment.replace(/^ *\* ?/gmu, "")).join("\n"));
}
