/** An answer that was given. */
export interface Answered {
  /** Empty for who is not known. */
  readonly who: string;
  readonly from: string;
  readonly method: string;
  readonly url: string;
  /** 499 for an answer that nobody waited for. */
  readonly status: number;
  readonly durationMs: number;
}

/** Who hears of what is asked. */
export interface ServerLog {
  /** Told of every answer; it must not throw. */
  readonly onAnswer: (answer: Answered) => void;
  /** Told of bugs, and of what goes wrong with serving itself, and during what; it must not throw. */
  readonly onError: (error: unknown, during: string) => void;
}
