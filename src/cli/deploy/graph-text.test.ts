import fc from "fast-check";
import { expect, it } from "vitest";
import { dotText, mermaidText, type GraphNode } from "./graph-text.ts";

const NODES: readonly GraphNode[] = [
  { resource: "db", kind: "docker", dependsOn: [] },
  { resource: "migrate", kind: "command", dependsOn: [{ resource: "db", condition: "healthy" }] },
  {
    resource: "web",
    kind: "docker",
    dependsOn: [
      { resource: "migrate", condition: "completed" },
      { resource: "db", condition: "started" },
      { resource: "nobody", condition: "started" },
    ],
  },
];

it("mermaidText() draws nodes with their kind, and edges with the condition", () => {
  expect(mermaidText(NODES)).toBe(`flowchart TD
  r0["db<br/>docker"]
  r1["migrate<br/>command"]
  r2["web<br/>docker"]
  r1 --> r0
  r2 -->|completed| r1
  r2 -->|started| r0
`);
});

it("dotText() draws the same for Graphviz", () => {
  expect(dotText(NODES, "my shop")).toBe(`digraph "my shop" {
  node [shape=box];
  r0 [label="db\\ndocker"];
  r1 [label="migrate\\ncommand"];
  r2 [label="web\\ndocker"];
  r1 -> r0;
  r2 -> r1 [label="completed"];
  r2 -> r0 [label="started"];
}
`);
});

it("both keep every name within its label", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string(), (resource, kind) => {
      const nodes = [{ resource, kind, dependsOn: [] }];
      const [, node = "", ...rest] = mermaidText(nodes).split("\n");
      expect(rest).toEqual([""]);
      expect(node).toMatch(
        /^ {2}r0\["(?:[\p{L}\p{N} ._-]|#\d+;)*<br\/>(?:[\p{L}\p{N} ._-]|#\d+;)*"\]$/u,
      );
      const lines = dotText(nodes, resource).split("\n");
      expect(lines).toHaveLength(5);
      expect(lines[0]).toMatch(/^digraph "(?:[^"\\]|\\.)*" \{$/u);
      expect(lines[2]).toMatch(/^ {2}r0 \[label="(?:[^"\\]|\\.)*"\];$/u);
    }),
  );
});
