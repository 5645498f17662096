/** Headers as they are read: names in any case. Every `Headers` is one. */
export interface AnswerHeaders extends Iterable<[string, string]> {
  get(name: string): string | null;
}

/** An answer, as far as it is looked at. Every `Response` is one, so any `fetch` is an {@link Ask}. */
export interface Answer {
  /** Status 200 to 299. */
  readonly ok: boolean;
  readonly status: number;
  /** Whether somebody else answered than was asked. */
  readonly redirected: boolean;
  readonly headers: AnswerHeaders;
  readonly body: AnswerBody | null;
  text(): Promise<string>;
}

/** Bytes as they come. Leaving a loop over them gives up the rest. */
export interface AnswerBody extends AsyncIterable<Uint8Array> {
  cancel(): Promise<void>;
}

/** What a request is made of. */
export interface AskInit {
  /** @default GET */
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array<ArrayBuffer> | null;
  readonly signal?: AbortSignal | null;
  /** Whoever is asked answers; nobody is followed. */
  readonly redirect?: 'manual';
}

/** Sends a request. Rejects when no answer came, with what happened at the bottom of the causes. */
export interface Ask {
  (url: string, init?: AskInit): Promise<Answer>;
  /** Gets ready to ask that address, while something else takes time; sends nothing. */
  readonly warmUp?: (url: string) => void;
}

/** An answer of whoever was asked, who leads nowhere else. */
export function makeAnswer(
  status: number,
  headers: AnswerHeaders,
  content: Pick<Answer, 'body' | 'text'>,
): Answer {
  return { ok: isFine(status), status, redirected: false, headers, ...content };
}

/** An answer whose body is known whole. */
export function wholeAnswer(status: number, headers: AnswerHeaders, content: Uint8Array): Answer {
  return makeAnswer(status, headers, {
    body: {
      async *[Symbol.asyncIterator]() {
        yield content;
      },
      cancel: async () => undefined,
    },
    text: async () => Buffer.from(content).toString('utf8'),
  });
}

/** Source: Fetch standard, "ok status". */
function isFine(status: number): boolean {
  return status >= 200 && status < 300;
}
