/** The version of this package, as `ios --version` and a node's status say it. */
export const VERSION = '0.0.0';
