/** `dns.promises` on the default resolver: the functions that this package has of it. */
import { promises, type PromisesLookup, type PromisesResolveAddresses } from './index.ts';

export const lookup: PromisesLookup = promises.lookup;
export const resolve4: PromisesResolveAddresses = promises.resolve4;
export const resolve6: PromisesResolveAddresses = promises.resolve6;
