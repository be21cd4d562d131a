import { painter } from "../../model/color.ts";
import type { Explanation } from "../../model/control.ts";
import { displayWidth, wrap } from "../../model/text.ts";
import type { ShownOptions } from "../deploy/shown.ts";
import { explainSections, type ExplainLine } from "./explain-sections.ts";

/** Below this, breaking lines makes nothing easier to read. */
const LEAST_COLUMNS = 20;

/**
 * Shows why a resource is what it is.
 *
 * @param explanation - What is known.
 * @param options - Colour and width, and the wall clock in milliseconds since 1970-01-01 UTC.
 * @returns Text with a trailing newline.
 */
export function explainText(
  explanation: Explanation,
  options: ShownOptions & { readonly now: number },
): string {
  const paint = painter(options.hasColor);
  const sections = explainSections(explanation, options.now).map(({ title, lines }) => {
    const shown = lines.flatMap((line, index) =>
      lineText(line, { ...options, indent: title === null && index === 0 ? "" : "  " }),
    );
    return title === null ? shown : [paint("bold", title), ...shown];
  });
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function lineText(
  { text, label = "", color = "plain" }: ExplainLine,
  { hasColor, columns, indent }: ShownOptions & { readonly indent: string },
): readonly string[] {
  const paint = painter(hasColor);
  const head = label === "" ? indent : `${indent}${label}  `;
  const room = Math.max(LEAST_COLUMNS, (columns ?? Infinity) - displayWidth(head));
  // A sign says by its colour what its line is; a time does not.
  const isSign = displayWidth(label) === 1;
  return wrap(text, room).map((piece, index) => {
    const before = index === 0 ? head : " ".repeat(displayWidth(head));
    return isSign ? paint(color, before) + piece : before + paint(color, piece);
  });
}
