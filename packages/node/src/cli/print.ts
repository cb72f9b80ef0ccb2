/** Writes the result of a command to standard output: a record as one line of JSON, or the text for people. */
export function print(json: boolean, record: unknown, text: string): void {
  process.stdout.write(json ? `${JSON.stringify(record)}\n` : text);
}
