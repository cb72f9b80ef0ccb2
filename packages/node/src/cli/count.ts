/** A number of things for people: `1 output`, `2 outputs`. */
export const count = (number: number, thing: string): string => `${number} ${thing}${number === 1 ? '' : 's'}`;
