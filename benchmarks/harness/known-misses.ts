/** Why a budget is missed, by the id of its experiment, for those that are understood. */
export const knownMisses: Readonly<Record<string, string>> = {};
