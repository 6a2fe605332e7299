/** What ends a process from outside, with the code that it then has by custom. */
export const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
