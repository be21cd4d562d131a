import type { CheckPlan } from "../../model/check-plan.ts";
import { singleLine } from "../../model/text.ts";

/** What of a resource its node shows. */
export type GraphNode = Pick<CheckPlan, "resource" | "kind" | "dependsOn">;

/** An edge, by the positions of its nodes; the label is empty for what everybody expects. */
interface Edge {
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

/**
 * Draws what depends on what, for Mermaid.
 *
 * @param nodes - The resources.
 * @returns A flow chart: an arrow leads from each resource to what it needs.
 */
export function mermaidText(nodes: readonly GraphNode[]): string {
  return [
    "flowchart TD",
    ...nodes.map(
      ({ resource, kind }, index) =>
        `  r${String(index)}["${mermaidLabel(resource)}<br/>${mermaidLabel(kind)}"]`,
    ),
    ...edgesOf(nodes).map(({ from, to, label }) => {
      const arrow = label === "" ? "-->" : `-->|${mermaidLabel(label)}|`;
      return `  r${String(from)} ${arrow} r${String(to)}`;
    }),
    "",
  ].join("\n");
}

/**
 * Draws what depends on what, in the language of Graphviz.
 *
 * @param nodes - The resources.
 * @param project - What the whole is called.
 * @returns A digraph: an arrow leads from each resource to what it needs.
 */
export function dotText(nodes: readonly GraphNode[], project: string): string {
  return [
    `digraph ${dotString(project)} {`,
    "  node [shape=box];",
    ...nodes.map(({ resource, kind }, index) => {
      const label = `${dotEscape(resource)}\\n${dotEscape(kind)}`;
      return `  r${String(index)} [label="${label}"];`;
    }),
    ...edgesOf(nodes).map(({ from, to, label }) => {
      const attributes = label === "" ? "" : ` [label=${dotString(label)}]`;
      return `  r${String(from)} -> r${String(to)}${attributes};`;
    }),
    "}",
    "",
  ].join("\n");
}

function edgesOf(nodes: readonly GraphNode[]): readonly Edge[] {
  const positions = new Map(nodes.map(({ resource }, index) => [resource, index]));
  return nodes.flatMap(({ dependsOn }, from) =>
    dependsOn.flatMap(({ resource, condition }) => {
      const to = positions.get(resource);
      return to === undefined
        ? []
        : [{ from, to, label: condition === "healthy" ? "" : condition }];
    }),
  );
}

// Everything that Mermaid, or the HTML that it makes, might read otherwise than as text.
function mermaidLabel(text: string): string {
  return singleLine(text).replace(
    /[^\p{L}\p{N} ._-]/gu,
    (character) => `#${String(character.codePointAt(0))};`,
  );
}

function dotString(text: string): string {
  return `"${dotEscape(text)}"`;
}

function dotEscape(text: string): string {
  return singleLine(text).replace(/["\\]/gu, "\\$&");
}
