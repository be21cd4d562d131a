import { singleLine } from "../../model/text.ts";
import { textWidth } from "./text-width.ts";

/** What a badge says, and how it looks. */
export interface Badge {
  /** On the left: what it is about. */
  readonly label: string;
  /** On the right: how that is. */
  readonly value: string;
  readonly tone: Tone;
}

/** How good what a badge says is. */
export type Tone = "good" | "fair" | "bad" | "unknown";

/** White text is readable on each: a contrast of at least 4.5 to 1. */
export const COLORS: Readonly<Record<Tone | "label", string>> = {
  good: "#1a7f37",
  fair: "#9a6700",
  bad: "#cf222e",
  unknown: "#57606a",
  label: "#343a41",
};

const HEIGHT = 20;
const RADIUS = 3;
const PADDING = 6;
const BASELINE = 14;
const LIMIT_CHARACTERS = 120;

/**
 * Draws a badge.
 *
 * @param badge - What it says.
 * @returns A picture as SVG, without anything that a browser would load or run.
 */
export function badgeSvg(badge: Badge): string {
  const label = shown(badge.label);
  const value = shown(badge.value);
  const left = textWidth(label);
  const right = textWidth(value);
  const edge = left + 2 * PADDING;
  const width = edge + right + 2 * PADDING;
  const name = escaped(`${label}: ${value}`);
  const size = `width="${String(width)}" height="${String(HEIGHT)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${name}">`,
    `<title>${name}</title>`,
    // Without ids, as several may stand in one page.
    `<path fill="${COLORS.label}" d="${leftPart(edge)}"/>`,
    `<path fill="${COLORS[badge.tone]}" d="${rightPart(edge, width)}"/>`,
    `<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">`,
    textAt(label, PADDING, left),
    textAt(value, edge + PADDING, right),
    `</g></svg>`,
  ].join("");
}

function leftPart(edge: number): string {
  const radius = String(RADIUS);
  const side = String(HEIGHT - 2 * RADIUS);
  const along = String(edge - RADIUS);
  return `M${radius} 0h${along}v${String(HEIGHT)}h-${along}a${arc(-1, -1)}v-${side}a${arc(1, -1)}z`;
}

function rightPart(edge: number, width: number): string {
  const side = String(HEIGHT - 2 * RADIUS);
  const along = String(width - edge - RADIUS);
  return `M${String(edge)} 0h${along}a${arc(1, 1)}v${side}a${arc(-1, 1)}h-${along}z`;
}

// A quarter of a circle, clockwise.
function arc(x: 1 | -1, y: 1 | -1): string {
  const radius = String(RADIUS);
  return `${radius} ${radius} 0 0 1 ${String(x * RADIUS)} ${String(y * RADIUS)}`;
}

// Its length is given, so that it fits with whatever font there is.
function textAt(text: string, x: number, width: number): string {
  const place = `x="${String(x)}" y="${String(BASELINE)}" textLength="${String(width)}"`;
  return `<text ${place} lengthAdjust="spacingAndGlyphs">${escaped(text)}</text>`;
}

// XML has no way to write control characters and halves of characters; what turns text around would mislead.
function shown(text: string): string {
  const characters = Array.from(singleLine(text));
  if (characters.length <= LIMIT_CHARACTERS) return characters.join("");
  return `${characters.slice(0, LIMIT_CHARACTERS - 1).join("")}…`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
