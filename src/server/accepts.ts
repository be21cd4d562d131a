/** So much of the header is read, in UTF-16 units: browsers send less than 200. */
const LIMIT_CHARACTERS = 1_000;

/**
 * Tells whether who asks would rather have a page than JSON. Who takes anything is a program.
 *
 * @param accept - The `Accept` header.
 * @returns True for a browser.
 */
export function wantsPage(accept: string | undefined): boolean {
  const ranges = (accept ?? "").slice(0, LIMIT_CHARACTERS).split(",").map(rangeOf);
  const weightOf = (type: string): number =>
    ranges.find((range) => range.type === type)?.weight ?? 0;
  const page = Math.max(weightOf("text/html"), weightOf("application/xhtml+xml"));
  return page > 0 && page >= weightOf("application/json");
}

function rangeOf(text: string): { readonly type: string; readonly weight: number } {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="));
  const weight = quality === undefined ? 1 : Number(quality.slice(2));
  return { type, weight: weight >= 0 && weight <= 1 ? weight : 0 };
}
