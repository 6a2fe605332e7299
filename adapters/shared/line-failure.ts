/** What went wrong with a request, in words that quote nothing of it. */

/** What no second try mends. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_(TLS|SSL)/;

export interface LineFailure {
  /** The next try may go better. */
  readonly passing: boolean;
  readonly reason: string;
}

/**
 * Codes alone: what else an error says may quote the request.
 *
 * @param error what `fetch` threw, or the reading of its body
 * @param timeout milliseconds that the request was given
 */
export function lineFailure(error: unknown, timeout: number): LineFailure {
  const { name, cause } = error as Error;
  const isLate = name === 'TimeoutError';
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? name;
  const reason = isLate ? `no whole answer in ${timeout / 1000} s` : `the connection failed (${code})`;
  return { passing: isLate || !CERTIFICATE.test(code), reason };
}
