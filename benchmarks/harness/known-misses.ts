const more =
  'Ours also judges freshness, claims refreshes and keeps how popular a name is, which the others do not. Decision 9 has the ' +
  'profile and the designs that were measured.';

/** Why a budget is missed, by the id of its experiment, for those that are understood. */
export const knownMisses: Readonly<Record<string, string>> = {
  'cache-threads': more,
  'parse-1-a':
    'The same code takes 26 ns at times and over 40 at others, within a minute, as the range says: the machine is shared.',
  'native-hit':
    'Of a hit, a third is V8 and Node, a quarter our JavaScript, a quarter the addon; see decision 9. Machines that are ' +
    'slow for a while show here, where nothing is compared.',
  import:
    'Reading core.js, node:dns and finding the package of the addon are 70 % of the instructions; see decision 9. Machines that are ' +
    'slow for a while show here, where nothing is compared.',
};
