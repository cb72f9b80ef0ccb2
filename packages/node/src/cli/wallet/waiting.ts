/** How often it is told that the waiting goes on, in ms. */
const TELL_MS = 5_000;

/**
 * Tells on standard error that a transaction was sent and is waited for, at once and every five seconds, in sentences or as
 * records of one line; what it returns ends that.
 */
export function tellWaiting(id: string, json: boolean): () => void {
  const tell = (record: object, sentence: string): void => {
    process.stderr.write(json ? `${JSON.stringify(record)}\n` : `${sentence}\n`);
  };
  tell({ event: 'sent', id }, `Sent ${id}, waiting until it is final.`);
  const begun = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - begun) / 1000);
    tell({ event: 'waiting', id, seconds }, `Not final after ${seconds} s, still waiting.`);
  }, TELL_MS);
  return () => clearInterval(timer);
}
