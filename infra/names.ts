/** Names by which one stack knows what another one makes. */

export const STATE_MACHINE = 'landfall';
export const TOPIC = 'landfall';
