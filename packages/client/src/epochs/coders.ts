import * as P from 'micro-packed';

/** What `decode` returns, or undefined where it throws: bytes from elsewhere are data. */
export const strictly = <Value>(decode: () => Value): Value | undefined => {
  try {
    return decode();
  } catch {
    return undefined;
  }
};

/** Numbers that strictly ascend, behind their number (u16). */
export const ascending = (coder: P.CoderType<number>): P.CoderType<readonly number[]> =>
  P.validate(P.array(P.U16BE, coder), (numbers) => {
    if (numbers.some((number, i) => i > 0 && numbers[i - 1]! >= number)) throw new Error('numbers ascend');
    return numbers;
  }) as unknown as P.CoderType<readonly number[]>;
