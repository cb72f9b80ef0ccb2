/** The most transactions, or ids, of one call. */
export const MAX_ITEMS = 512;
/** The most outputs of one answer. */
export const MAX_OUTPUTS_ANSWERED = 1000;
/** The outputs of an answer unless the call says otherwise. */
export const OUTPUTS_ANSWERED = 100;
/** The most records of one answer. */
export const MAX_RECORDS_ANSWERED = 100;
/** The most heads of one answer. */
export const MAX_HEADS_ANSWERED = 100;
