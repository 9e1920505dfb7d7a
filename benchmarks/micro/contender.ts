/** How a lookup is called in this experiment. */
export type Shape = 'core' | 'family' | 'bare';

/** What a contender needs to know before it can be measured. */
export interface Setup {
  readonly shape: Shape;
  /** Where NSD listens on 127.0.0.1. */
  readonly port: number;
}

/** The callback form of `dns.lookup`, in the shapes that are measured. */
export type CallbackLookup = (hostname: string, ...rest: readonly unknown[]) => unknown;
/** The promise form. */
export type PromiseLookup = (hostname: string, options?: object) => Promise<unknown>;

/** A cache in front of name resolution. */
export interface Contender {
  readonly lookup: CallbackLookup;
  readonly lookupPromise?: PromiseLookup;
}

/** What each module of `contenders/` exports. */
export interface ContenderModule {
  prepare(setup: Setup): Contender | Promise<Contender>;
}

/** The file names of `contenders/`. */
export const contenderNames = [
  'floor',
  'doubao-resolver',
  'cacheable-lookup',
  'better-lookup',
  'lookup-dns-cache',
  'undici',
] as const;
export type ContenderName = (typeof contenderNames)[number];

/** Loads one contender only: code of another may slow what they share. */
export async function prepareContender(name: ContenderName, setup: Setup): Promise<Contender> {
  const { prepare } = (await import(`./contenders/${name}.js`)) as ContenderModule;
  return prepare(setup);
}
