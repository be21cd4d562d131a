/** A style of the terminal. */
export type Color = "plain" | "bold" | "dim" | "red" | "green" | "yellow";

/** Sets text in a style, or leaves it as it is where there is no colour. */
export type Paint = (color: Color, text: string) => string;

/** Styles as "select graphic rendition" numbers them (ECMA-48). */
const SGR: Readonly<Record<Exclude<Color, "plain">, number>> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
};

/**
 * Makes what paints text.
 *
 * @param hasColor - True where colour escapes are welcome.
 * @returns A function that sets text in a style; without colour it gives the text back.
 */
export function painter(hasColor: boolean): Paint {
  return (color, text) =>
    !hasColor || color === "plain" || text === ""
      ? text
      : `\u001b[${String(SGR[color])}m${text}\u001b[0m`;
}
