/** Takes secrets out of a text that is shown. */
export type Redact = (text: string) => string;

/** What is shorter is found within ordinary words and numbers: there it is left alone. */
const SHORTEST_WITHIN_WORDS = 4;
const REDACTED = "***";
const WORD_CHARACTER = /[\p{L}\p{N}_]/u;

/** From the first character that is hidden to the first that is not. */
type Span = readonly [start: number, end: number];

/**
 * Makes what takes secrets out of texts: whoever was given one may print it.
 *
 * Only what is shown goes through it, and before it is cut: what is judged must be the text as it came. Every character that
 * is part of a secret goes, so that neither the order of the secrets nor one within another shows a rest of any. One of fewer
 * than 4 characters is hidden where it stands by itself, and not within a longer word: `a` would otherwise hide half of every
 * text. A secret is also found as it stands in JSON and in a URL.
 *
 * @param secrets - The values; an empty one hides nothing.
 * @returns A function that puts `***` in the place of each.
 */
export function redactor(secrets: readonly string[]): Redact {
  const forms = [...new Set(secrets.flatMap(formsOf))].filter((form) => form !== "");
  if (forms.length === 0) return (text) => text;
  return (text) => hide(text, merged(forms.flatMap((form) => spansOf(text, form))));
}

function formsOf(secret: string): readonly string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())];
}

function spansOf(text: string, secret: string): readonly Span[] {
  const spans: Span[] = [];
  const isShort = secret.length < SHORTEST_WITHIN_WORDS;
  for (let start = text.indexOf(secret); start !== -1; start = text.indexOf(secret, start + 1)) {
    const span: Span = [start, start + secret.length];
    if (!isShort || isByItself(text, span)) append(spans, span);
  }
  return spans;
}

function isByItself(text: string, [start, end]: Span): boolean {
  const before = start === 0 ? "" : text.charAt(start - 1);
  return !WORD_CHARACTER.test(before) && !WORD_CHARACTER.test(text.charAt(end));
}

function merged(spans: readonly Span[]): readonly Span[] {
  const all: Span[] = [];
  for (const span of spans.toSorted(([one], [other]) => one - other)) append(all, span);
  return all;
}

// One that begins within the last is made one with it.
function append(spans: Span[], [start, end]: Span): void {
  const last = spans.at(-1);
  if (last === undefined || start >= last[1]) spans.push([start, end]);
  else spans.splice(-1, 1, [last[0], Math.max(last[1], end)]);
}

function hide(text: string, spans: readonly Span[]): string {
  const parts: string[] = [];
  let shown = 0;
  for (const [start, end] of spans) {
    parts.push(text.slice(shown, start), REDACTED);
    shown = end;
  }
  return parts.join("") + text.slice(shown);
}
