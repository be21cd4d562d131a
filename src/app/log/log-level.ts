/** How much an entry of the log matters, the least first. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** How much an entry of the log matters. */
export type LogLevel = (typeof LOG_LEVELS)[number];
