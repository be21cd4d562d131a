import { declarationText } from "./code-text.ts";
import type { Draft } from "./draft.ts";
import { lineBreakOf, mergeImports } from "./merge-imports.ts";
import { uniqueIdentifier, uniqueName } from "./names.ts";

/** A module with declarations added to it. */
export interface Composed {
  readonly text: string;
  /** The declarations alone. */
  readonly declarations: string;
  /** The names of the resources that were added. */
  readonly names: readonly string[];
  /** The names that had to be imported. */
  readonly imported: readonly string[];
  /** The first and the last line of the declarations, counted from 1. */
  readonly lines: { readonly first: number; readonly last: number };
}

/**
 * Adds resources to the end of a module, and to its imports what they need.
 *
 * @param text - TypeScript that can be loaded.
 * @param drafts - The resources, at least one.
 * @param taken - Names of resources that exist already.
 * @returns The new text, and what was added.
 */
export function compose(
  text: string,
  drafts: readonly Draft[],
  taken: ReadonlySet<string>,
): Composed {
  const { text: merged, localNames, added } = mergeImports(text, importsOf(drafts));
  const names: string[] = [];
  const parts: string[] = [];
  for (const draft of drafts) {
    const name = uniqueName(draft.name, new Set([...taken, ...names]));
    const identifier = uniqueIdentifier(name, `${merged}\n${parts.join("\n")}`);
    names.push(name);
    parts.push(declarationText({ draft, name, identifier, localNames }));
  }
  const lineBreak = lineBreakOf(text);
  const declarations = parts.join("\n\n");
  const head = `${merged}${gapAfter(merged, lineBreak)}`;
  const first = head.split("\n").length;
  return {
    text: `${head}${declarations.replaceAll("\n", lineBreak)}${lineBreak}`,
    declarations: `${declarations}\n`,
    names,
    imported: added,
    lines: { first, last: first + declarations.split("\n").length - 1 },
  };
}

function importsOf(drafts: readonly Draft[]): ReadonlyMap<string, readonly string[]> {
  return new Map([
    [
      "clockwork/assertions",
      drafts.flatMap(({ assertions }) => assertions.map(({ className }) => className)),
    ],
    ["clockwork/resources", drafts.map(({ resource }) => resource.className)],
  ]);
}

// One empty line stands between what was there and what is added.
function gapAfter(text: string, lineBreak: string): string {
  if (text === "" || /\n[ \t]*\r?\n$/u.test(text)) return "";
  return text.endsWith("\n") ? lineBreak : `${lineBreak}${lineBreak}`;
}
